import { END, type Frontier, type Timed } from '../../time/frontier.ts';
import { RowHeap } from './row-heap.ts';

/**
 * Which rows are due at which time, and a timer of the frontier for the first of those times.
 *
 * A row has one time at most. One that is given another time is not looked for under the former: it is
 * passed over there. So a row whose time moves with every event is put down once, and again when it was
 * due too early.
 *
 * - The owner takes what is due at every time at which it fires, and says when it is through.
 */
export class Agenda {
  readonly #frontier: Frontier;
  readonly #owner: Timed;
  /** By row: floating-point from the beginning, as times are. */
  readonly #times: number[] = [];
  readonly #rows = new RowHeap();
  /** The earliest time for which the frontier was asked; END: for none. */
  #asked = END;
  readonly #due: number[] = [];

  constructor(frontier: Frontier, owner: Timed) {
    this.#frontier = frontier;
    this.#owner = owner;
  }

  /** `row` is due at `time`, and at no other time. */
  put(row: number, time: number): void {
    if (this.#times[row] === time) return;
    this.#times[row] = time;
    if (time === END) return;
    this.#rows.add(time, row);
    if (time < this.#asked) this.#ask(time);
  }

  /** `row` is not due any more. */
  remove(row: number): void {
    this.#times[row] = END;
  }

  /** The rows that are due at `time`, each once, in no order worth anything; good until the next call. */
  take(time: number): number[] {
    const due = this.#due;
    const times = this.#times;
    const rows = this.#rows;
    due.length = 0;
    while (rows.next <= time) {
      const row = rows.take();
      if (times[row] !== time) continue;
      times[row] = END;
      due.push(row);
    }
    return due;
  }

  /** What was due at `time` is done: the frontier has to come by for what is due next. */
  done(time: number): void {
    if (this.#asked > time) return;
    const { next } = this.#rows;
    if (next === END) this.#asked = END;
    else this.#ask(next);
  }

  #ask(time: number): void {
    this.#asked = time;
    this.#frontier.at(time, this.#owner);
  }
}
