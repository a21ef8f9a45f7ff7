import type { Output } from '../operator.ts';
import type { Row } from '../row.ts';

/**
 * The rows of a table for which `keep` is true; a row that stops passing goes.
 *
 * It keeps no state: before and after are judged apart, so `keep` must always say the same of the same row.
 * A row that comes back has the revision it has in the table it comes from.
 */
export class TableFilter<K, V> implements Output<Row<K, V>> {
  readonly #keep: (row: Row<K, V>) => boolean;
  readonly #next: Output<Row<K, V>>;

  constructor(keep: (row: Row<K, V>) => boolean, next: Output<Row<K, V>>) {
    this.#keep = keep;
    this.#next = next;
  }

  push(row: Row<K, V>): void {
    this.revise(undefined, row);
  }

  revise(before: Row<K, V> | undefined, after: Row<K, V> | undefined): void {
    const was = before !== undefined && this.#keep(before) ? before : undefined;
    const is = after !== undefined && this.#keep(after) ? after : undefined;
    if (was !== undefined || is !== undefined) this.#next.revise(was, is);
  }
}
