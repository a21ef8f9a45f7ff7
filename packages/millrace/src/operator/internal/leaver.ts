import { rawText } from '../../task/bad-record.ts';
import type { Evidence } from '../../time/evidence.ts';
import type { Output, Place } from '../operator.ts';
import type { Row } from '../row.ts';
import type { IntervalRows } from './interval-rows.ts';

/**
 * Lets rows leave: what had left in an interval that a row no longer has goes back first, in the order
 * of time, and then the row comes, or changes.
 */
export class Leaver<T, K, V> {
  readonly #name: string;
  readonly #rows: IntervalRows<T, K, V>;
  readonly #place: Place;
  readonly #next: Output<Row<K, V>>;

  constructor(name: string, rows: IntervalRows<T, K, V>, place: Place, next: Output<Row<K, V>>) {
    this.#name = name;
    this.#rows = rows;
    this.#place = place;
    this.#next = next;
  }

  /** Because of the event that is being processed. The caller has touched the row. */
  emit(row: number, final: Evidence | undefined): void {
    const { moment } = this.#place;
    const { time } = moment;
    this.#emit(row, final);
    // Others may be given the same event after this.
    moment.time = time;
  }

  /** What had left for a row goes back, and nothing takes its place. The caller has touched the row. */
  takeBack(row: number): void {
    const rows = this.#rows;
    const { moment } = this.#place;
    const { time } = moment;
    for (const left of rows.lefts[row] ?? []) {
      moment.time = left.end - 1;
      this.#next.revise(rows.former(row, left), undefined);
    }
    rows.lefts[row] = undefined;
    moment.time = time;
  }

  /** In the course of a timer. A row that fails is set aside, and the others leave all the same. */
  leave(row: number, final: Evidence | undefined, why: string): void {
    const { moment, poisoned } = this.#place;
    moment.touched = false;
    try {
      this.#rows.rows.touch(row);
      if (poisoned.size > 0 && poisoned.has(this.#nameOf(row, why))) {
        const shown = this.#rows.leaving(row, final);
        moment.time = shown.time;
        this.#place.failed(this.#nameOf(row, why), shown, undefined);
      } else this.#emit(row, final);
    } catch (error) {
      const shown = { key: this.#rows.keyAt(row), window: { start: this.#rows.starts[row], end: this.#rows.ends[row] } };
      this.#place.failed(this.#nameOf(row, why), shown, error);
    }
  }

  #emit(row: number, final: Evidence | undefined): void {
    const rows = this.#rows;
    const { moment } = this.#place;
    const next = this.#next;
    const lefts = rows.lefts[row];
    const same = lefts === undefined ? undefined : rows.leftOf(row);
    moment.time = (rows.ends[row] as number) - 1;
    // Made before anything leaves: a result that throws has let nothing out.
    const after = rows.leaving(row, final);
    if (lefts !== undefined) {
      for (const left of lefts) {
        if (left === same) continue;
        moment.time = left.end - 1;
        next.revise(rows.former(row, left), undefined);
      }
      moment.time = after.time;
    }
    next.revise(same === undefined ? undefined : rows.former(row, same), after);
  }

  /** A row in words, the same after a restart. */
  #nameOf(row: number, why: string): string {
    const rows = this.#rows;
    return `the row ${rawText(rows.partsAt(row))} of '${this.#name}' in [${rows.starts[row]}, ${rows.ends[row]})${why === 'close' ? '' : `, ${why},`}`;
  }
}
