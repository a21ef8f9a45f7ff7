import { errors } from '../error.ts';
import type { Row } from '../operator/row.ts';
import type { Table } from '../operator/stateful.ts';
import type { Interval } from '../time/calendar.ts';

/** Which rows are asked for. */
export interface RowRange {
  /** Rows whose window, or whose time where they have none, is at least partly within [from, to), in event time. */
  readonly from?: number;
  readonly to?: number;
}

/** Asks one table of a running program, as of the last commit. Every answer is of one commit. */
export class TableReader<K, V> {
  readonly #name: string;
  readonly #table: () => Table<unknown, unknown> | undefined;

  constructor(name: string, table: () => Table<unknown, unknown> | undefined) {
    this.#name = name;
    this.#table = table;
  }

  /**
   * The row of a key; in a table with windows that of a window, or of the window that holds an event time.
   * `asKnownAt` asks what the table said at an earlier commit: NO_HISTORY, HISTORY_FORGOTTEN.
   */
  async get(key: K, at?: number | Interval, { asKnownAt }: { readonly asKnownAt?: number } = {}): Promise<Row<K, V> | undefined> {
    const row = this.now(key, typeof at === 'object' ? at.start : at, asKnownAt);
    // A window that is none of the table's must not answer with another one.
    return typeof at === 'object' && (row?.window?.start !== at.start || row.window.end !== at.end) ? undefined : row;
  }

  /** The rows within a stretch of event time. */
  async range({ from = 0, to = Number.POSITIVE_INFINITY }: RowRange): Promise<readonly Row<K, V>[]> {
    return this.scan(({ window, time }) => (window === undefined ? time >= from && time < to : window.end > from && window.start < to));
  }

  /** All rows: those of open windows, and of closed ones that are kept. */
  async scan(keep: (row: Row<K, V>) => boolean = () => true): Promise<readonly Row<K, V>[]> {
    const rows: Row<K, V>[] = [];
    for (const row of this.#of().scan()) if (keep(row)) rows.push(row);
    return rows;
  }

  /** As `get`, at once. */
  now(key: K, time: number | undefined, commit: number | undefined): Row<K, V> | undefined {
    const table = this.#of();
    if (commit === undefined) return table.get(key, time);
    if (table.knownAt === undefined) throw errors.NO_HISTORY({ table: this.#name });
    if (!Number.isSafeInteger(commit) || commit < 0) throw new RangeError(`asKnownAt: ${commit}: expected the number of a commit`);
    return table.knownAt(key, time, commit);
  }

  #of(): Table<K, Row<K, V>> {
    return this.#table() as Table<K, Row<K, V>>;
  }
}
