import type { Columns } from '../../aggregation/columns.ts';
import { NO_ROW } from '../../state/keyed-rows.ts';
import type { IntervalRows } from '../internal/interval-rows.ts';
import type { SlidingInputs } from './sliding-inputs.ts';

/** Where values are made that are not part of a run. */
const APART = 0;

/**
 * The values of sliding windows.
 *
 * Rows of a key close in the order of time. So where an aggregation can subtract, the value of the next
 * one is that of the last one without what has left the window and with what has come: a run for each
 * key. It is a short cut: nothing of it is stored, and where it does not lead on, a value is made of all
 * events of its window.
 */
export class RunningValues<T, K, V> {
  readonly #columns: Columns<T, V>;
  readonly #rows: IntervalRows<T, K, V>;
  readonly #inputs: SlidingInputs<T, K, V>;
  readonly #lengthMs: number;
  readonly #apart: readonly unknown[][];
  /** By key: the accumulators of its run, and the first and last row that are in them; NO_ROW: there is no run. */
  readonly #running: readonly unknown[][];
  #heads: number[] = [];
  #tails: number[] = [];
  #numbering = 0;

  constructor(columns: Columns<T, V>, rows: IntervalRows<T, K, V>, inputs: SlidingInputs<T, K, V>, lengthMs: number) {
    this.#columns = columns;
    this.#rows = rows;
    this.#inputs = inputs;
    this.#lengthMs = lengthMs;
    this.#apart = Array.from({ length: columns.slots }, () => []);
    this.#running = Array.from({ length: columns.slots }, () => []);
  }

  /** The result of all events in the window of a row. */
  result(row: number): V {
    const { ends } = this.#rows;
    const { keyOf } = this.#rows.rows;
    const key = keyOf[row] as number;
    if (!this.#columns.subtracts) return this.#madeApart(row);
    const tail = this.#tailOf(key);
    if (tail === NO_ROW) this.#begin(key, row);
    else if ((ends[tail] as number) < (ends[row] as number)) this.#goOn(key, row, tail);
    else if ((ends[tail] as number) > (ends[row] as number)) return this.#madeApart(row);
    return this.#columns.result(this.#running, key);
  }

  /** An event has come: a run that is past it is void. */
  inserted(row: number): void {
    const { ends } = this.#rows;
    const key = this.#rows.rows.keyOf[row] as number;
    const tail = this.#tailOf(key);
    if (tail !== NO_ROW && (ends[tail] as number) >= (ends[row] as number)) this.#tails[key] = NO_ROW;
  }

  /** A row goes: it is taken out of the run while its value is known. */
  forgotten(row: number): void {
    const key = this.#rows.rows.keyOf[row] as number;
    const tail = this.#tailOf(key);
    if (tail === NO_ROW) return;
    const { ends } = this.#rows;
    const head = this.#heads[key] as number;
    if ((ends[row] as number) < (ends[head] as number) || (ends[row] as number) > (ends[tail] as number)) return;
    this.#tails[key] = NO_ROW;
    // Of several at one time another than the first may go first.
    if (row !== head || row === tail) return;
    this.#subtract(key, row);
    this.#heads[key] = this.#rows.rows.next[row] as number;
    this.#tails[key] = tail;
  }

  #tailOf(key: number): number {
    const { numbering } = this.#rows.rows;
    if (numbering !== this.#numbering) {
      this.#numbering = numbering;
      this.#heads = [];
      this.#tails = [];
    }
    return this.#tails[key] ?? NO_ROW;
  }

  /** A run of the window of a row. */
  #begin(key: number, row: number): void {
    this.#columns.create(this.#running, key);
    const head = this.#headOf(row);
    this.#tails[key] = this.#addAll(this.#running, key, head, this.#rows.ends[row] as number);
    this.#heads[key] = head;
  }

  /** The run goes on to the window of a row behind it. */
  #goOn(key: number, row: number, tail: number): void {
    const { ends } = this.#rows;
    const { next } = this.#rows.rows;
    const end = ends[row] as number;
    // Whatever throws, the run is void until it is right again.
    this.#tails[key] = NO_ROW;
    let head = this.#heads[key] as number;
    let isInside = true;
    while ((ends[head] as number) <= end - this.#lengthMs) {
      if (isInside) this.#subtract(key, head);
      if (head === tail) isInside = false;
      head = next[head] as number;
    }
    this.#heads[key] = head;
    this.#tails[key] = this.#addAll(this.#running, key, isInside ? (next[tail] as number) : head, end);
  }

  #madeApart(row: number): V {
    this.#columns.create(this.#apart, APART);
    this.#addAll(this.#apart, APART, this.#headOf(row), this.#rows.ends[row] as number);
    return this.#columns.result(this.#apart, APART);
  }

  /** The first event in the window of a row. */
  #headOf(row: number): number {
    const { ends } = this.#rows;
    const { previous } = this.#rows.rows;
    const from = (ends[row] as number) - this.#lengthMs;
    let head = row;
    for (let before = previous[head] as number; before !== NO_ROW && (ends[before] as number) > from; before = previous[before] as number) head = before;
    return head;
  }

  /** Adds the events from `first` on up to a time; the last of them. */
  #addAll(values: readonly unknown[][], to: number, first: number, end: number): number {
    const { ends } = this.#rows;
    const { next } = this.#rows.rows;
    let last = NO_ROW;
    for (let row = first; row !== NO_ROW && (ends[row] as number) <= end; row = next[row] as number) {
      this.#columns.add(values, to, this.#inputs.values[row] as T, this.#inputs.at(row));
      last = row;
    }
    return last;
  }

  #subtract(key: number, row: number): void {
    this.#columns.subtract(this.#running, key, this.#inputs.values[row] as T, this.#inputs.at(row));
  }
}
