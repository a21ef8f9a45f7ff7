import type { PendingBlock, Persisted } from './persisted.ts';

const nothing: PendingBlock = Object.freeze({ payload: undefined, dead: Object.freeze([]) });

/** Of an operator that has to know so little that its memo holds all of it. */
export class NoState implements Persisted {
  prepare(): PendingBlock {
    return nothing;
  }

  settle(): void {}

  restore(): void {}

  size(): number {
    return 0;
  }
}
