import type { Output } from '../operator.ts';

/**
 * Turns each event into any number of events, in the order in which `spread` yields them.
 *
 * All of them are made before the first is passed on, so that a `spread` that throws has changed
 * nothing. A revision takes back all that the former value had made and pushes what the new one makes.
 */
export class FlatMap<T, U> implements Output<T> {
  readonly #spread: (value: T) => Iterable<U>;
  readonly #next: Output<U>;

  constructor(spread: (value: T) => Iterable<U>, next: Output<U>) {
    this.#spread = spread;
    this.#next = next;
  }

  push(value: T): void {
    for (const made of this.#all(value)) this.#next.push(made);
  }

  revise(before: T | undefined, after: T | undefined): void {
    const gone = before === undefined ? [] : this.#all(before);
    const come = after === undefined ? [] : this.#all(after);
    for (const made of gone) this.#next.revise(made, undefined);
    for (const made of come) this.#next.revise(undefined, made);
  }

  #all(value: T): readonly U[] {
    const made = this.#spread(value);
    return Array.isArray(made) ? made : [...made];
  }
}
