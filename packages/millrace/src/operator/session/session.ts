import { NO_ROW } from '../../state/keyed-rows.ts';
import type { SessionWindowing } from '../../time/own-windowing.ts';
import { type Input, type Inputs, insertInput, isLastOf, recount } from '../internal/inputs.ts';
import type { WindowOptions } from '../window-options.ts';
import { IntervalOperator } from '../internal/interval-operator.ts';
import { CLOSED, FINAL, OPEN } from '../internal/interval-rows.ts';
import type { Output, Place } from '../operator.ts';
import type { Row } from '../row.ts';

/**
 * Aggregates the events of a key that follow each other without a pause of `gap`.
 *
 * - A session is [first, last + gap), half-open: an event at exactly last + gap begins a new one. It grows
 *   with its events, and an event between two makes one of them.
 * - It closes when the frontier reaches its end. Under `drop` an event that touches a closed session is
 *   late, even where it touches an open one too; and so is one that is a closed session by itself.
 * - Under `revise` it changes the closed ones: what they were goes back, and what they are now leaves, at
 *   once, or, where the frontier has not reached its end, when it closes.
 * - Under `halt` an event that is late under `drop` waits for a person to look at it.
 * - Two sessions become one by merging what they have counted; an aggregation that cannot merge keeps its
 *   events, and counts them by (time, position), whatever the order in which they came.
 */
export class Session<T, K, V> extends IntervalOperator<T, K, V, SessionWindowing> {
  readonly #gapMs: number;
  readonly #merges: boolean;
  /** The events of each session, where they are kept. */
  readonly #inputs: Inputs<T>[];

  constructor(options: WindowOptions<T, K, V, SessionWindowing>, place: Place, next: Output<Row<K, V>>, late: Output<T>) {
    const { gapMs } = options.windowing;
    const { merges } = options.columns;
    // One gap behind a final session a new one may begin, and less than one before that a bridge between the two come.
    super(options, { extra: merges ? 0 : 1, judgesMs: 2 * gapMs, remembers: false }, place, next, late);
    this.#gapMs = gapMs;
    this.#merges = merges;
    this.#inputs = (merges ? [] : this.rows.values[this.rows.extraAt]) as Inputs<T>[];
  }

  push(value: T): void {
    const { moment } = this.place;
    const { starts, ends, statuses } = this.rows;
    const { state } = this;
    const { time } = moment;
    this.readKey(value);
    if (this.halting !== undefined && this.halting.parks(value, this.parts)) return;
    const key = state.find(this.parts);
    let row = key < 0 ? NO_ROW : (state.last[key] as number);
    if (row !== NO_ROW && time >= (starts[row] as number) && time < (ends[row] as number) && statuses[row] === OPEN) {
      // Nearly always: it goes on with the last session of its key.
      this.#add(row, value);
      const end = time + this.#gapMs;
      if (end > (ends[row] as number)) ends[row] = end;
      this.changed(row);
      return;
    }
    // Sessions don't overlap, so it touches at most the one that it is in and the one that begins behind it.
    let after = NO_ROW;
    while (row !== NO_ROW && (starts[row] as number) > time) {
      if ((starts[row] as number) < time + this.#gapMs) after = row;
      row = state.previous[row] as number;
    }
    const before = row !== NO_ROW && (ends[row] as number) > time ? row : NO_ROW;
    if (before !== NO_ROW) this.#join(before, after, value);
    else if (after !== NO_ROW) this.#extend(after, value);
    else this.#begin(value);
  }

  /** An event less than the gap before its beginning would be a part of it. */
  protected override reachOf(row: number): number {
    return (this.rows.starts[row] as number) - this.#gapMs + 1;
  }

  /** A final row is needed while an event could still touch it, and be counted in the open session behind it. */
  protected override isNeeded(row: number): boolean {
    const next = this.state.next[row] as number;
    const { starts, ends, statuses } = this.rows;
    return next !== NO_ROW && statuses[next] !== FINAL && (starts[next] as number) < (ends[row] as number) + this.#gapMs;
  }

  #begin(value: T): void {
    const { moment } = this.place;
    const end = moment.time + this.#gapMs;
    const isLate = end <= this.frontier;
    if (isLate && !this.mayAppear(moment.time - this.#gapMs + 1, end)) return this.refuse(value);
    const { columns, rows } = this;
    columns.first(value, moment);
    const row = rows.begin(this.state.key(this.parts), this.parts, moment.time, end);
    columns.keep(rows.values, row);
    if (!this.#merges) this.#inputs[row] = insertInput([], value, moment);
    moment.touched = true;
    if (isLate) rows.statuses[row] = CLOSED;
    this.arm(row);
    this.changed(row);
  }

  /** It comes before the first event of a session. */
  #extend(row: number, value: T): void {
    if (this.rows.statuses[row] === FINAL) return this.refuse(value);
    this.#add(row, value);
    this.rows.starts[row] = this.place.moment.time;
    this.#reached(row, this.rows.statuses[row] === CLOSED);
  }

  /** It is in a session, and may reach the one behind it. */
  #join(row: number, after: number, value: T): void {
    const { rows } = this;
    const { statuses, ends } = rows;
    if (statuses[row] === FINAL || (after !== NO_ROW && statuses[after] === FINAL)) return this.refuse(value);
    const wasClosed = statuses[row] === CLOSED || (after !== NO_ROW && statuses[after] === CLOSED);
    this.#add(row, value);
    ends[row] = Math.max(ends[row] as number, this.place.moment.time + this.#gapMs);
    if (after !== NO_ROW) this.#absorb(row, after);
    this.#reached(row, wasClosed);
  }

  /** The session behind becomes a part of this one. */
  #absorb(row: number, after: number): void {
    const { rows, columns } = this;
    this.state.touch(after);
    if (this.#merges) columns.merge(rows.values, row, rows.values, after);
    else {
      this.#inputs[row] = [...(this.#inputs[row] as Inputs<T>), ...(this.#inputs[after] as Inputs<T>)];
      recount(columns, rows.values, row, this.#inputs[row] as Inputs<T>);
    }
    rows.ends[row] = rows.ends[after] as number;
    rows.orders[row] = Math.min(rows.orders[row] as number, rows.orders[after] as number);
    if (rows.lefts[after] !== undefined) rows.lefts[row] = [...(rows.lefts[row] ?? []), ...(rows.lefts[after] ?? [])];
    this.forget(after);
  }

  /** A session has the interval it has now: whether it is open goes by that. */
  #reached(row: number, wasClosed: boolean): void {
    const { rows } = this;
    const isOpen = (rows.ends[row] as number) > this.frontier;
    rows.statuses[row] = isOpen ? OPEN : CLOSED;
    this.arm(row);
    // It had left as closed, and is not: what it is now leaves when it closes.
    if (isOpen && wasClosed) this.leaver.takeBack(row);
    this.changed(row);
  }

  #add(row: number, value: T): void {
    const { moment } = this.place;
    const { columns, state } = this;
    const { values } = this.rows;
    state.touch(row);
    const inputs = this.#merges ? undefined : (this.#inputs[row] as Input<T>[]);
    if (inputs === undefined || isLastOf(inputs, moment)) {
      if (!columns.atomic) moment.touched = true;
      columns.add(values, row, value, moment);
      moment.touched = true;
      if (inputs !== undefined) insertInput(inputs, value, moment);
    } else {
      moment.touched = true;
      insertInput(inputs, value, moment);
      recount(columns, values, row, inputs);
    }
  }
}
