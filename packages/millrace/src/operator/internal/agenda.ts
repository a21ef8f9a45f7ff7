import { type Alarm, END, type Frontier, type Timed } from '../../time/frontier.ts';
import { RowHeap } from './row-heap.ts';

/** Fewer entries that are due no more than this are not worth looking for. */
const CALLED_OFF_MIN = 1024;

/**
 * Which rows are due at which time, and a timer of the frontier for the first of those times.
 *
 * A row has one time at most. One that is given another time is not looked for under the former: it is
 * passed over there. So a row whose time moves with every event is put down once, and again when it was
 * due too early. Once most of what is put down is not due any more, it goes.
 *
 * - The owner takes what is due at every time at which it fires, and says when it is through.
 */
export class Agenda {
  readonly #frontier: Frontier;
  /** For the first of the times. */
  readonly #alarm: Alarm;
  /** By row: floating-point from the beginning, as times are. */
  readonly #times: number[] = [];
  readonly #rows = new RowHeap();
  readonly #due: number[] = [];
  /** How many rows have a time. */
  #size = 0;

  constructor(frontier: Frontier, owner: Timed) {
    this.#frontier = frontier;
    this.#alarm = frontier.alarm(owner);
  }

  /** `row` is due at `time`, and at no other time. */
  put(row: number, time: number): void {
    const former = this.#times[row] ?? END;
    if (former === time) return;
    this.#times[row] = time;
    if (time === END) {
      this.#size -= 1;
      return;
    }
    if (former === END) this.#size += 1;
    this.#rows.add(time, row);
    if (time < this.#alarm.time) this.#frontier.wake(this.#alarm, time);
    if (this.#rows.size > 2 * this.#size + CALLED_OFF_MIN) this.#rows.keep((other, at) => this.#times[other] === at);
  }

  /** `row` is not due any more. */
  remove(row: number): void {
    this.put(row, END);
  }

  /** The rows that are due at `time`, each once, in no order worth anything; good until the next call. */
  take(time: number): number[] {
    const due = this.#due;
    const times = this.#times;
    const rows = this.#rows;
    // Taken out one by one it keeps its room.
    while (due.length > 0) due.pop();
    while (rows.next <= time) {
      const row = rows.take();
      if (times[row] !== time) continue;
      times[row] = END;
      this.#size -= 1;
      due.push(row);
    }
    return due;
  }

  /** What was due is done: the frontier has to come by for what is due next. */
  done(): void {
    const { next } = this.#rows;
    if (next < this.#alarm.time) this.#frontier.wake(this.#alarm, next);
  }
}
