import { Pool, type Dispatcher } from 'undici';
import type { ModelId } from '../domain/names.ts';

/**
 * One running replica, as the gateway sees it.
 *
 * - `outstanding` is the number of calls that were begun and not ended.
 * - Its connections are unbounded: a stream keeps one for as long as it runs, and a cap would
 *   queue the next stream silently behind it.
 */
export class Replica {
  readonly id: string;
  readonly model: ModelId;
  readonly origin: string;
  readonly dispatcher: Dispatcher;
  healthy = false;
  outstanding = 0;
  /** When it was last picked, in picks of the fleet; among equally loaded replicas the longest idle is next. */
  lastPick = 0;

  constructor(id: string, model: ModelId, origin: string) {
    this.id = id;
    this.model = model;
    this.origin = origin;
    this.dispatcher = new Pool(origin, { connections: null });
  }

  begin(): void {
    this.outstanding++;
  }

  end(): void {
    this.outstanding--;
  }

  /** It could not be reached: nothing more is sent until it answers a health check again. */
  suspect(): void {
    this.healthy = false;
  }

  async close(): Promise<void> {
    this.healthy = false;
    await this.dispatcher.destroy();
  }
}
