import type { Output } from './operator.ts';
import type { Row } from './row.ts';

/** One of several ways into an operator: a table whose changes are handed to a function. */
export class TableInput<K, V> implements Output<Row<K, V>> {
  readonly #take: (before: Row<K, V> | undefined, after: Row<K, V> | undefined) => void;

  constructor(take: (before: Row<K, V> | undefined, after: Row<K, V> | undefined) => void) {
    this.#take = take;
  }

  push(row: Row<K, V>): void {
    this.#take(undefined, row);
  }

  revise(before: Row<K, V> | undefined, after: Row<K, V> | undefined): void {
    if (before !== undefined || after !== undefined) this.#take(before, after);
  }
}
