import type { Dispatcher } from 'undici';
import type { ModelId, RequestId } from '../domain/names.ts';
import type { Asked, Units } from '../domain/usage-fact.ts';

/** A replica of a model, as far as the gateway uses it; the fleet makes them. */
export interface Replica {
  readonly id: string;
  readonly origin: string;
  /** Its connections must be unbounded: each open stream holds one, and a cap queues the next one silently. */
  readonly dispatcher: Dispatcher;
  /** How many calls are under way. */
  readonly outstanding: number;
  /** A call is under way, and has ended: the fleet spreads the load by these. */
  begin(): void;
  end(): void;
  /** By these calls its time is shared. */
  readonly work: ReplicaWork;
  /** It could not be reached. */
  suspect(): void;
}

/** What calls make a replica do, from their admission to their end. */
export interface ReplicaWork {
  begin(call: Pick<Asked, 'id' | 'tenant' | 'user' | 'key'>): void;
  /** All that the engine has counted of a call so far. */
  counted(id: RequestId, tokens: Pick<Units, 'inputTokens' | 'cachedInputTokens' | 'outputTokens'>): void;
  end(id: RequestId): void;
}

export interface ReplicaPicker {
  /** A healthy replica of the model, or undefined where there is none. */
  pick(model: ModelId): Replica | undefined;
}
