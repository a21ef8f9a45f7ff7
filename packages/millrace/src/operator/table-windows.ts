import type { Frontier, Timed } from '../time/frontier.ts';

/**
 * When the windows of a table are over: `settleMs` after its end nothing of a window can change any more,
 * and `keepMs` after that it is forgotten. For tables without windows, and such that change for ever,
 * `settleMs` is Infinity.
 */
export class TableWindows {
  readonly #settleMs: number;
  readonly #keepMs: number;
  readonly #frontier: Frontier;

  constructor(settleMs: number, keepMs: number, frontier: Frontier) {
    this.#settleMs = settleMs;
    this.#keepMs = keepMs;
    this.#frontier = frontier;
  }

  /** Asks to be told when the window that ends at `end` has settled, and when it can be forgotten. */
  watch(end: number, timed: Timed): void {
    const settled = end + this.#settleMs;
    const forgotten = settled + this.#keepMs;
    if (this.#isAhead(settled)) this.#frontier.at(settled, timed);
    if (this.#isAhead(forgotten)) this.#frontier.at(forgotten, timed);
  }

  /** The end of the window that settles when the frontier reaches `time`. */
  settling(time: number): number {
    return time - this.#settleMs;
  }

  /** The end of the window that goes when the frontier reaches `time`. */
  forgotten(time: number): number {
    return time - this.#settleMs - this.#keepMs;
  }

  isSettled(end: number): boolean {
    return end + this.#settleMs <= this.#frontier.value;
  }

  #isAhead(time: number): boolean {
    return time !== Number.POSITIVE_INFINITY && time > this.#frontier.value;
  }
}
