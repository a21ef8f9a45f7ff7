import type { Row } from '../row.ts';
import type { Table } from '../stateful.ts';

/** Asks a table through a filter: what it comes from is asked, and judged. */
export class FilteredTable<K, V> implements Table<K, Row<K, V>> {
  readonly #table: () => Table<K, Row<K, V>>;
  readonly #keep: (row: Row<K, V>) => boolean;

  constructor(table: () => Table<K, Row<K, V>>, keep: (row: Row<K, V>) => boolean) {
    this.#table = table;
    this.#keep = keep;
  }

  get(key: K, time: number | undefined): Row<K, V> | undefined {
    const row = this.#table().get(key, time);
    return row !== undefined && this.#keep(row) ? row : undefined;
  }

  *scan(): Iterable<Row<K, V>> {
    for (const row of this.#table().scan()) if (this.#keep(row)) yield row;
  }
}
