import type { Output, Place } from '../operator.ts';
import type { Retelling, Told } from '../retelling.ts';
import type { Row } from '../row.ts';
import { FINAL, type IntervalRows, type Left } from './interval-rows.ts';

/** Corrects what windows had said that every key has of its own. */
export class IntervalRetelling<T, K, V> implements Retelling {
  readonly #rows: IntervalRows<T, K, V>;
  readonly #place: Place;
  readonly #next: Output<Row<K, V>>;

  constructor(rows: IntervalRows<T, K, V>, place: Place, next: Output<Row<K, V>>) {
    this.#rows = rows;
    this.#place = place;
    this.#next = next;
  }

  *told(): Iterable<Told> {
    const { rows, statuses, lefts } = this.#rows;
    for (const row of rows.rows()) {
      if (statuses[row] === FINAL) continue;
      for (const left of lefts[row] ?? []) yield { id: [left.start, left.end, ...this.#rows.partsAt(row)], row: this.#rows.former(row, left), renumber: (revision) => this.#renumber(row, left, revision) };
    }
  }

  retell(before: Row<K, V> | undefined, after: Row<K, V> | undefined): void {
    this.#place.moment.time = (after ?? (before as Row<K, V>)).time;
    this.#next.revise(before, after);
  }

  #renumber(row: number, left: Left, revision: number): void {
    const { rows, lefts } = this.#rows;
    rows.touch(row);
    lefts[row] = lefts[row]?.map((one) => (one === left ? { ...left, revision } : one));
  }
}
