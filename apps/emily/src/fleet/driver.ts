import type { ModelId } from '../domain/names.ts';

/** Starts replicas of models; how, is its own affair: a child process, a container, a machine somewhere. */
export interface Driver {
  /**
   * Resolves when the replica listens; rejects, with nothing left running, when it does not come up, or
   * when `signal` says that it is no longer wanted.
   */
  start(model: ModelId, slot: number, signal?: AbortSignal): Promise<Started>;
}

export interface Started extends Reached {
  readonly origin: string;
  /** Somebody else runs it: one that does not answer is waited for, not replaced. */
  readonly isSomebodyElses?: boolean;
  /** Resolves with a sentence about it when the replica is gone, whether asked to go or not. */
  readonly gone: Promise<string>;
  /** Ends the replica; `gone` says when it is. Asking twice is harmless. */
  stop(): void;
}

/** How a replica is spoken to. */
export interface Reached {
  /** Answers 200 when the replica is well; `/health` unless said otherwise. */
  readonly healthPath?: string;
  /** Sent with every request, such as a key that only the replica and Emily know. */
  readonly headers?: Readonly<Record<string, string>>;
}
