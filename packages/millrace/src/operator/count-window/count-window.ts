import { NO_ROW } from '../../state/keyed-rows.ts';
import type { CountWindowing } from '../../time/own-windowing.ts';
import type { Evidence } from '../../time/evidence.ts';
import { TIME_END } from '../../time/time-max.ts';
import type { WindowOptions } from '../window-options.ts';
import { IntervalOperator } from '../internal/interval-operator.ts';
import { OPEN } from '../internal/interval-rows.ts';
import type { Output, Place } from '../operator.ts';
import type { Row } from '../row.ts';

const NO_EVIDENCE: Evidence = 0;

/**
 * Aggregates every so many events of a key, in the order in which they arrive; behind `reorder` that is
 * the order of event time.
 *
 * - A window leaves with the event that makes it full, final: no event that comes later is in it, so
 *   nothing is late. That rests on no frontier, so there is no evidence to tell.
 * - Its interval is from its earliest event to just behind its latest, whichever came first.
 * - What is not full stays; with `partial` it leaves when the input ends.
 */
export class CountWindow<T, K, V> extends IntervalOperator<T, K, V, CountWindowing> {
  /** How many events a row has. */
  readonly #counts: number[];

  constructor(options: WindowOptions<T, K, V, CountWindowing>, place: Place, next: Output<Row<K, V>>, late: Output<T>) {
    super(options, { extra: 1, by: 'order', judgesMs: 0, remembers: false }, place, next, late);
    this.#counts = this.rows.values[this.rows.extraAt] as number[];
  }

  push(value: T): void {
    const { moment } = this.place;
    const { columns, rows, state } = this;
    const { time } = moment;
    this.readKey(value);
    const key = state.find(this.parts);
    let row = key < 0 ? NO_ROW : (state.last[key] as number);
    if (row === NO_ROW || rows.statuses[row] !== OPEN) {
      columns.first(value, moment);
      row = rows.begin(state.key(this.parts), this.parts, time, time + 1);
      columns.keep(rows.values, row);
      this.#counts[row] = 1;
      this.arm(row);
    } else {
      state.touch(row);
      if (!columns.atomic) moment.touched = true;
      columns.add(rows.values, row, value, moment);
      this.#counts[row] = (this.#counts[row] as number) + 1;
      rows.starts[row] = Math.min(rows.starts[row] as number, time);
      rows.ends[row] = Math.max(rows.ends[row] as number, time + 1);
    }
    moment.touched = true;
    if (this.#counts[row] === this.windowing.events) this.complete(row, NO_EVIDENCE);
    else this.changed(row);
  }

  /** The frontier closes nothing, but for what is not full at the end. */
  override arm(row: number): void {
    if (this.windowing.partial) this.agenda.put(row, TIME_END);
  }
}
