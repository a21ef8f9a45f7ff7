import type { Frontier, Timed } from '../../time/frontier.ts';

/**
 * Which rows are due at which time, and the timer of a frontier for each of those times.
 *
 * A row has one time at most. One that is given another time is not looked for under the former: it is
 * passed over there. So a row whose time moves with every event is put down once, and again when it was
 * due too early.
 */
export class Agenda {
  readonly #frontier: Frontier;
  readonly #owner: Timed;
  /** By time: the row, or the rows where there are several. */
  readonly #rows = new Map<number, number | number[]>();
  /** By row: floating-point from the beginning, as times are. */
  readonly #times: number[] = [];
  readonly #due: number[] = [];

  constructor(frontier: Frontier, owner: Timed) {
    this.#frontier = frontier;
    this.#owner = owner;
  }

  /** `row` is due at `time`, and at no other time. */
  put(row: number, time: number): void {
    if (this.#times[row] === time) return;
    this.#times[row] = time;
    if (time === Number.POSITIVE_INFINITY) return;
    const rows = this.#rows.get(time);
    if (rows === undefined) {
      this.#rows.set(time, row);
      this.#frontier.at(time, this.#owner);
    } else if (typeof rows === 'number') this.#rows.set(time, [rows, row]);
    else rows.push(row);
  }

  /** `row` is not due any more. */
  remove(row: number): void {
    this.#times[row] = Number.POSITIVE_INFINITY;
  }

  /** The rows that are due at `time`, each once, in no order worth anything; good until the next call. */
  take(time: number): number[] {
    const rows = this.#rows.get(time);
    const due = this.#due;
    due.length = 0;
    if (rows === undefined) return due;
    this.#rows.delete(time);
    if (typeof rows === 'number') this.#takeOne(rows, time);
    else for (const row of rows) this.#takeOne(row, time);
    return due;
  }

  #takeOne(row: number, time: number): void {
    if (this.#times[row] !== time) return;
    this.#times[row] = Number.POSITIVE_INFINITY;
    this.#due.push(row);
  }
}
