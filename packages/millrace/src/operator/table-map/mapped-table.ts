import type { Row } from '../row.ts';
import type { Table } from '../stateful.ts';
import { type RowChange, changedRow } from './table-map.ts';

/** Asks a table that is made of another one row by row: what it is made of is asked, and changed. */
export class MappedTable<K, V, U> implements Table<K, Row<K, U>> {
  readonly #table: () => Table<K, Row<K, V>>;
  readonly #change: RowChange<K, V, U>;

  constructor(table: () => Table<K, Row<K, V>>, change: RowChange<K, V, U>) {
    this.#table = table;
    this.#change = change;
  }

  get(key: K, time: number | undefined): Row<K, U> | undefined {
    return changedRow(this.#table().get(key, time), this.#change);
  }

  *scan(): Iterable<Row<K, U>> {
    for (const row of this.#table().scan()) {
      const changed = changedRow(row, this.#change);
      if (changed !== undefined) yield changed;
    }
  }
}
