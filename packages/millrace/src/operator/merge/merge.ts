import type { Output } from '../operator.ts';

/**
 * One stream of several: every event of each input, in the order in which the task reads them.
 *
 * Its frontier is the least of its inputs' (the task sees to that), so nothing behind it closes
 * before all of them have passed.
 */
export class Merge<T> implements Output<T> {
  readonly #next: Output<T>;

  constructor(next: Output<T>) {
    this.#next = next;
  }

  push(value: T): void {
    this.#next.push(value);
  }

  revise(before: T | undefined, after: T | undefined): void {
    this.#next.revise(before, after);
  }
}
