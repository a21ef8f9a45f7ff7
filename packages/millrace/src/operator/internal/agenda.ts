import { END, type Frontier, type Timed } from '../../time/frontier.ts';

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
  // A binary heap of times, each with its row.
  readonly #heap: number[] = [];
  readonly #rows: number[] = [];
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
    this.#insert(time, row);
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
    due.length = 0;
    while ((this.#heap[0] ?? END) <= time) {
      const row = this.#rows[0] as number;
      this.#removeFirst();
      if (times[row] !== time) continue;
      times[row] = END;
      due.push(row);
    }
    return due;
  }

  /** What was due at `time` is done: the frontier has to come by for what is due next. */
  done(time: number): void {
    if (this.#asked > time) return;
    const next = this.#heap[0] ?? END;
    if (next === END) this.#asked = END;
    else this.#ask(next);
  }

  #ask(time: number): void {
    this.#asked = time;
    this.#frontier.at(time, this.#owner);
  }

  #insert(time: number, row: number): void {
    const heap = this.#heap;
    const rows = this.#rows;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as number;
      if (above <= time) break;
      heap[at] = above;
      rows[at] = rows[parent] as number;
      at = parent;
    }
    heap[at] = time;
    rows[at] = row;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const rows = this.#rows;
    const time = heap.pop() as number;
    const row = rows.pop() as number;
    const { length } = heap;
    if (length === 0) return;
    let at = 0;
    for (let child = 1; child < length; child = 2 * at + 1) {
      let below = heap[child] as number;
      if (child + 1 < length && (heap[child + 1] as number) < below) {
        child += 1;
        below = heap[child] as number;
      }
      if (below >= time) break;
      heap[at] = below;
      rows[at] = rows[child] as number;
      at = child;
    }
    heap[at] = time;
    rows[at] = row;
  }
}
