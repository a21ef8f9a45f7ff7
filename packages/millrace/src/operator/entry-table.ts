import type { Entries } from '../state/entries.ts';
import type { Entry } from '../state/entry.ts';
import type { KeyPart } from '../state/key.ts';
import type { Row } from './row.ts';
import type { Table } from './stateful.ts';
import type { RowKeys } from './row-keys.ts';

export interface EntryTableParts<K, V, S> {
  readonly entries: Entries<S>;
  readonly keys: RowKeys;
  /** What stands before the parts of a row's key. */
  readonly prefix: readonly KeyPart[];
  /** The row of an entry; undefined where it has none. */
  readonly rowOf: (entry: Entry<S>) => Row<K, V> | undefined;
}

/** What can be asked of a table whose rows are entries: as of the last commit. */
export class EntryTable<K, V, S> implements Table<K, Row<K, V>> {
  readonly #of: EntryTableParts<K, V, S>;

  constructor(parts: EntryTableParts<K, V, S>) {
    this.#of = parts;
  }

  get(key: K, time: number | undefined): Row<K, V> | undefined {
    const { keys, entries, prefix } = this.#of;
    if (keys.windowed !== (time !== undefined)) return undefined;
    const parts = [...prefix, ...keys.toParts(key as never)];
    const holds = ({ window }: Row<K, V>): boolean => window === undefined || (window.start <= (time as number) && (time as number) < window.end);
    for (const entry of entries.leaving()) {
      if (!parts.every((part, i) => part === entry.parts[i])) continue;
      const row = this.#seen(entry);
      if (row !== undefined && holds(row)) return row;
    }
    for (const space of keys.windowed ? entries.spaces().filter((end) => end > (time as number)) : [0]) {
      for (const entry of entries.under(space, parts, keys.windowed ? 1 : 0)) {
        const row = this.#seen(entry);
        if (row !== undefined && holds(row)) return row;
      }
    }
    const cold = keys.windowed ? undefined : entries.spilledAt(parts);
    return cold === undefined ? undefined : this.#of.rowOf(cold);
  }

  *scan(): Iterable<Row<K, V>> {
    for (const entry of this.#of.entries.all()) {
      const row = this.#seen(entry);
      if (row !== undefined) yield row;
    }
    for (const entry of this.#of.entries.spilled()) {
      const row = this.#of.rowOf(entry);
      if (row !== undefined) yield row;
    }
  }

  #seen(entry: Entry<S>): Row<K, V> | undefined {
    if (entry.dirty || entry.removed) return entry.remembered as Row<K, V> | undefined;
    return this.#of.rowOf(entry);
  }
}
