import type { Dispatcher } from 'undici';
import type { ModelId } from '../domain/names.ts';

/** A replica of a model, as far as the gateway uses it; the fleet makes them. */
export interface Replica {
  readonly id: string;
  readonly origin: string;
  /** Its connections must be unbounded: each open stream holds one, and a cap queues the next one silently. */
  readonly dispatcher: Dispatcher;
  /** A call is under way, and has ended: the fleet spreads the load by these. */
  begin(): void;
  end(): void;
  /** It could not be reached. */
  suspect(): void;
}

export interface ReplicaPicker {
  /** A healthy replica of the model, or undefined where there is none. */
  pick(model: ModelId): Replica | undefined;
}
