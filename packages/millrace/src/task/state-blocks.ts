import type { PendingBlock, Persisted } from '../state/persisted.ts';

/**
 * How many blocks a state has in the store and the sum of their commits: kept in every commit and
 * compared at recovery, so that a block that has vanished shows.
 */
export class StateBlocks {
  #count: number;
  #sum: number;

  constructor(count = 0, sum = 0) {
    this.#count = count;
    this.#sum = sum;
  }

  /** What they will be once `pending` is durable as part of commit `number`. */
  after(number: number, { payload, dead }: PendingBlock): readonly [count: number, sum: number] {
    const added = payload === undefined ? 0 : 1;
    const gone = dead.reduce((sum, commit) => sum + commit, 0);
    return [this.#count + added - dead.length, this.#sum + added * number - gone];
  }

  settle(number: number, pending: PendingBlock): void {
    [this.#count, this.#sum] = this.after(number, pending);
  }
}

const blocks = new WeakMap<Persisted, StateBlocks>();

export function blocksOf(state: Persisted): StateBlocks {
  let known = blocks.get(state);
  if (known === undefined) {
    known = new StateBlocks();
    blocks.set(state, known);
  }
  return known;
}

export function setBlocks(state: Persisted, found: StateBlocks): void {
  blocks.set(state, found);
}
