import type { Output } from '../operator.ts';
import type { JoinHalting } from './join-halting.ts';
import type { Side } from './span.ts';

/** What the ways in have to know of the join. */
export interface Taking {
  readonly name: string;
  readonly halting: JoinHalting | undefined;
  take(side: Side, value: unknown): unknown;
}

/** One of the two ways in. */
export class JoinInput<T> implements Output<T> {
  readonly #join: Taking;
  readonly #side: Side;

  constructor(join: Taking, side: Side) {
    this.#join = join;
    this.#side = side;
  }

  push(value: T): void {
    // null and undefined are no events.
    if (value === null || value === undefined || this.#join.halting?.parks(this.#side, value) === true) return;
    this.#join.take(this.#side, value);
  }

  revise(): void {
    throw new Error(`'${this.#join.name}' joins facts; the plan let a changing table through`);
  }
}
