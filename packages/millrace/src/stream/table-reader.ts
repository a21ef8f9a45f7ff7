import type { Row } from '../operator/row.ts';
import type { Table } from '../operator/stateful.ts';

/** Asks one table of a running program, as of the last commit. */
export class TableReader<K, V> {
  readonly #table: () => Table<unknown, unknown> | undefined;

  constructor(table: () => Table<unknown, unknown> | undefined) {
    this.#table = table;
  }

  /** The row of a key; in a table with windows that of the window that holds the event time `at`. */
  async get(key: K, at?: number): Promise<Row<K, V> | undefined> {
    return this.#of().get(key, at);
  }

  /** All rows: those of open windows, and of closed ones that are kept. One answer is of one commit. */
  async scan(keep: (row: Row<K, V>) => boolean = () => true): Promise<readonly Row<K, V>[]> {
    const rows: Row<K, V>[] = [];
    for (const row of this.#of().scan()) if (keep(row)) rows.push(row);
    return rows;
  }

  #of(): Table<K, Row<K, V>> {
    return this.#table() as Table<K, Row<K, V>>;
  }
}
