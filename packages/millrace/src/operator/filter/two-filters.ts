import { isYes } from '../internal/answer.ts';
import type { Output } from '../operator.ts';
import type { Filter } from './filter.ts';

/**
 * Two filters of one stream, as where it is parted to be joined: each passes on what it would alone, the first
 * one first.
 *
 * One place in the code that calls the functions of both is compiled for neither; here each has a place of its own.
 */
export class TwoFilters<T> implements Output<T> {
  readonly #a: Filter<T>;
  readonly #b: Filter<T>;
  readonly #keepA: (value: T) => boolean;
  readonly #keepB: (value: T) => boolean;
  readonly #nextA: Output<T>;
  readonly #nextB: Output<T>;

  constructor(a: Filter<T>, b: Filter<T>) {
    this.#a = a;
    this.#b = b;
    this.#keepA = a.keep;
    this.#keepB = b.keep;
    this.#nextA = a.next;
    this.#nextB = b.next;
  }

  push(value: T): void {
    const a: unknown = this.#keepA(value);
    if (a === true || (a !== false && isYes('filter', a))) this.#nextA.push(value);
    const b: unknown = this.#keepB(value);
    if (b === true || (b !== false && isYes('filter', b))) this.#nextB.push(value);
  }

  revise(before: T | undefined, after: T | undefined): void {
    this.#a.revise(before, after);
    this.#b.revise(before, after);
  }
}
