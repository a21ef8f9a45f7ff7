/**
 * Lets a text through up to the first of some words. What may be the beginning of one waits until it is
 * known not to be.
 */
export class StopText {
  /** One of the words came; nothing after it is let through. */
  found = false;
  readonly #stops: readonly string[];
  #waiting = '';

  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** What may go on of this and of what waited. */
  push(text: string): string {
    if (this.found) return '';
    const all = this.#waiting + text;
    const at = Math.min(...this.#stops.map((stop) => all.indexOf(stop)).filter((index) => index >= 0));
    this.found = Number.isFinite(at);
    const passed = this.found ? all.slice(0, at) : all.slice(0, all.length - this.#begun(all));
    this.#waiting = this.found ? '' : all.slice(passed.length);
    return passed;
  }

  /** No more comes: what waited was no stop. */
  end(): string {
    const rest = this.#waiting;
    this.#waiting = '';
    return rest;
  }

  /** How many of the last characters may be the beginning of a stop. */
  #begun(text: string): number {
    return Math.max(0, ...this.#stops.map((stop) => {
      for (let length = Math.min(stop.length - 1, text.length); length > 0; length--) if (text.endsWith(stop.slice(0, length))) return length;
      return 0;
    }));
  }
}
