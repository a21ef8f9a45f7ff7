import { isYes } from '../internal/answer.ts';
import { type Output, nowhere } from '../operator.ts';

/** One way out of a split: the first branch whose `takes` is true gets the event. */
export interface Branch<T> {
  readonly takes: (value: T) => boolean;
  readonly next: Output<T>;
}

/**
 * Sends each event down exactly one branch: the first that takes it, or `rest`.
 *
 * Branches plus rest add up to the input: nothing is lost and nothing is doubled. A revision whose
 * two sides belong to different branches disappears from the one and appears in the other.
 */
export class Split<T> implements Output<T> {
  readonly #branches: readonly Branch<T>[];
  readonly #rest: Output<T>;

  constructor(branches: readonly Branch<T>[], rest: Output<T> = nowhere) {
    this.#branches = branches;
    this.#rest = rest;
  }

  push(value: T): void {
    this.#of(value).push(value);
  }

  revise(before: T | undefined, after: T | undefined): void {
    const from = before === undefined ? undefined : this.#of(before);
    const to = after === undefined ? undefined : this.#of(after);
    if (from === to) {
      to?.revise(before, after);
      return;
    }
    from?.revise(before, undefined);
    to?.revise(undefined, after);
  }

  #of(value: T): Output<T> {
    for (const branch of this.#branches) {
      const answer: unknown = branch.takes(value);
      if (answer === true || (answer !== false && isYes('split', answer))) return branch.next;
    }
    return this.#rest;
  }
}
