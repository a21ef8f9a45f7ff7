import { Pool, type Dispatcher } from 'undici';
import type { ModelId } from '../domain/names.ts';
import type { Reached } from './driver.ts';
import { WorkMeter } from './work-meter.ts';

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
  readonly healthPath: string;
  readonly dispatcher: Dispatcher;
  /** Its time, from its beginning. */
  readonly work: WorkMeter;
  healthy = false;
  /** It has been, once. */
  wasHealthy = false;
  /** It is about to end: what it has begun may end, and nothing more is sent. */
  draining = false;
  outstanding = 0;
  /** When it was last picked, in picks of the fleet; among equally loaded replicas the longest idle is next. */
  lastPick = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(id: string, model: ModelId, origin: string, { healthPath = '/health', headers }: Reached = {}, work: WorkMeter = new WorkMeter(() => performance.now())) {
    this.id = id;
    this.model = model;
    this.origin = origin;
    this.healthPath = healthPath;
    this.work = work;
    const pool = new Pool(origin, { connections: null });
    this.dispatcher = headers === undefined ? pool : pool.compose(withHeaders(headers));
  }

  begin(): void {
    this.outstanding++;
  }

  end(): void {
    this.outstanding--;
    if (this.outstanding > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  /** Resolves when no call is open. */
  async idle(): Promise<void> {
    if (this.outstanding === 0) return;
    this.#idle ??= Promise.withResolvers<void>();
    await this.#idle.promise;
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

/** Who asks here gives headers as an object, or none. */
function withHeaders(headers: Readonly<Record<string, string>>): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => dispatch({ ...options, headers: { ...(options.headers as object | undefined), ...headers } }, handler);
}
