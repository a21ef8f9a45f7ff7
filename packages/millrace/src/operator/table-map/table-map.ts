import type { Output } from '../operator.ts';
import type { Row } from '../row.ts';

/** What a function makes of a row; undefined: it is left out. */
export type RowChange<K, V, U> = (row: Row<K, V>) => U | undefined;

/** The row with another value, or none. */
export function changedRow<K, V, U>(row: Row<K, V> | undefined, change: RowChange<K, V, U>): Row<K, U> | undefined {
  if (row === undefined) return undefined;
  const value = change(row);
  return value === undefined ? undefined : { ...row, value };
}

/**
 * Each row of a table with another value.
 *
 * It keeps no state: before and after are changed alike, so `change` must always make the same of the same
 * row. The rest of the row, its revision too, is that of the row it is made of. A row of which undefined
 * is made is left out, and goes if it was there.
 */
export class TableMap<K, V, U> implements Output<Row<K, V>> {
  readonly #change: RowChange<K, V, U>;
  readonly #next: Output<Row<K, U>>;

  constructor(change: RowChange<K, V, U>, next: Output<Row<K, U>>) {
    this.#change = change;
    this.#next = next;
  }

  push(row: Row<K, V>): void {
    this.revise(undefined, row);
  }

  revise(before: Row<K, V> | undefined, after: Row<K, V> | undefined): void {
    const was = changedRow(before, this.#change);
    const is = changedRow(after, this.#change);
    if (was !== undefined || is !== undefined) this.#next.revise(was, is);
  }
}
