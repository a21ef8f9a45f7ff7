import { NO_ROW } from '../../state/keyed-rows.ts';
import type { SlidingWindowing } from '../../time/own-windowing.ts';
import type { WindowOptions } from '../window-options.ts';
import { IntervalOperator } from '../internal/interval-operator.ts';
import { CLOSED, FINAL, HIDDEN } from '../internal/interval-rows.ts';
import type { Output, Place } from '../operator.ts';
import type { Row } from '../row.ts';
import { RunningValues } from './running-values.ts';
import { POSITION_SLOTS, SlidingInputs } from './sliding-inputs.ts';

/**
 * For every event a row: what its key had in (t − length, t]. Events of equal time see each other.
 *
 * - A row closes when the frontier passes its event. Until then an event that comes in between is in it.
 * - An event below the frontier has no row any more under `drop`: it is late. Rows that are open and see
 *   it count it all the same: late is judged for each row apart.
 * - Under `halt` a late event waits for a person to look at it, and is counted by open rows meanwhile.
 * - Under `revise` it gets its row, and the closed rows that see it leave again, each with its revision.
 * - Events count by (time, position), whatever the order in which they came. One is forgotten when no row
 *   that can still change sees it.
 */
export class Sliding<T, K, V> extends IntervalOperator<T, K, V, SlidingWindowing> {
  readonly #lengthMs: number;
  readonly #inputs: SlidingInputs<T, K, V>;
  readonly #running: RunningValues<T, K, V>;

  constructor(options: WindowOptions<T, K, V, SlidingWindowing>, place: Place, next: Output<Row<K, V>>, late: Output<T>) {
    const { lengthMs } = options.windowing;
    super(
      options,
      {
        extra: POSITION_SLOTS,
        judgesMs: lengthMs - 1,
        remembers: true,
        isAfter: (row, other) => this.#inputs.isAfter(row, other),
        result: (row) => this.#running.result(row),
      },
      place,
      next,
      late,
    );
    this.#lengthMs = lengthMs;
    this.#inputs = new SlidingInputs(this.rows);
    this.#running = new RunningValues(options.columns, this.rows, this.#inputs, lengthMs);
  }

  push(value: T): void {
    const { moment } = this.place;
    const { rows, columns } = this;
    const { time } = moment;
    this.readKey(value);
    if (this.halting !== undefined && this.halting.parks(value, this.parts)) return;
    const { frontier } = this;
    const isLate = time < frontier;
    const hasRow = !isLate || this.mayAppear(time + 1 - this.#lengthMs, time + 1);
    // An event that cannot be counted fails here, where nothing has changed.
    columns.first(value, moment);
    if (!hasRow) {
      this.refuse(value);
      if (time + this.#lengthMs + this.retainMs <= frontier) return;
    }
    const key = this.state.key(this.parts);
    const row = this.#inputs.begin(key, this.parts, value, moment, this.#lengthMs);
    moment.touched = true;
    this.#running.inserted(row);
    if (!hasRow) {
      rows.statuses[row] = HIDDEN;
      this.retire(row);
    } else {
      if (isLate) rows.statuses[row] = CLOSED;
      this.arm(row);
    }
    if (rows.tracked) this.#changeThoseWhoSee(row);
  }

  protected override forget(row: number): void {
    // A query may make the row's value for the last time here: after that it must be in no run.
    this.state.touch(row);
    this.#running.forgotten(row);
    super.forget(row);
  }

  /** The rows that have an event in their windows have changed: its own, those of its time, and later ones. */
  #changeThoseWhoSee(row: number): void {
    const { ends, statuses } = this.rows;
    const { previous, next } = this.state;
    const end = ends[row] as number;
    let seeing = row;
    while ((previous[seeing] as number) !== NO_ROW && ends[previous[seeing] as number] === end) seeing = previous[seeing] as number;
    for (; seeing !== NO_ROW && (ends[seeing] as number) < end + this.#lengthMs; seeing = next[seeing] as number) {
      if (statuses[seeing] === FINAL || statuses[seeing] === HIDDEN) continue;
      this.state.touch(seeing);
      this.changed(seeing);
    }
  }
}
