import type { Output, Place } from '../operator.ts';

/**
 * Lets facts that have waited go on, outside the step of an event of their own: one that fails is set
 * aside, and those after it go on all the same.
 */
export class Passage<T, W> {
  readonly #place: Place;
  readonly #next: Output<T>;
  readonly #nameOf: (which: W) => string;

  /** @param nameOf A fact in words, the same after a restart. Asked only where something fails or has failed. */
  constructor(place: Place, next: Output<T>, nameOf: (which: W) => string) {
    this.#place = place;
    this.#next = next;
    this.#nameOf = nameOf;
  }

  /** The moment is that of the fact. */
  pass(value: T, which: W): void {
    const { poisoned } = this.#place;
    try {
      if (poisoned.size > 0 && poisoned.has(this.#nameOf(which))) this.#place.failed(this.#nameOf(which), value, undefined);
      else this.#next.push(value);
    } catch (error) {
      this.#place.failed(this.#nameOf(which), value, error);
    }
  }
}
