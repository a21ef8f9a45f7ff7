import type { Output } from '../operator.ts';

/** Turns each event into another one, one for one. Stateless. */
export class MapValues<T, U> implements Output<T> {
  readonly #change: (value: T) => U;
  readonly #next: Output<U>;

  constructor(change: (value: T) => U, next: Output<U>) {
    this.#change = change;
    this.#next = next;
  }

  push(value: T): void {
    this.#next.push(this.#change(value));
  }

  revise(before: T | undefined, after: T | undefined): void {
    this.#next.revise(
      before === undefined ? undefined : this.#change(before),
      after === undefined ? undefined : this.#change(after),
    );
  }
}
