import type { Output } from '../operator.ts';
import type { Row } from '../row.ts';

/**
 * The rows of a table that will never change again, as facts, each once.
 *
 * Rows of a windowed table under `drop` are final when they leave, so they pass straight on. Others are as
 * old as their window when they are final: the frontier behind is held back for as long, see plan/holds-back.
 */
export class Final<K, V> implements Output<Row<K, V>> {
  readonly #next: Output<Row<K, V>>;

  constructor(next: Output<Row<K, V>>) {
    this.#next = next;
  }

  push(row: Row<K, V>): void {
    this.#next.push(row);
  }

  revise(before: Row<K, V> | undefined, after: Row<K, V> | undefined): void {
    if (after?.finality === 'final' && before?.finality !== 'final') this.#next.push(after);
  }
}
