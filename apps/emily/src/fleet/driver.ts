import type { ModelId } from '../domain/names.ts';

/** Starts replicas of models; how, is its own affair: a child process, a container, a machine somewhere. */
export interface Driver {
  /** Resolves when the replica listens; rejects, with nothing left running, when it does not come up. */
  start(model: ModelId, slot: number): Promise<Started>;
}

export interface Started {
  readonly origin: string;
  /** Resolves with a sentence about it when the replica is gone, whether asked to go or not. */
  readonly gone: Promise<string>;
  /** Ends the replica; `gone` says when it is. Asking twice is harmless. */
  stop(): void;
}
