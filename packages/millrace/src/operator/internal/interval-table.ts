import { NO_ROW } from '../../state/keyed-rows.ts';
import type { KeyShape } from '../../state/key.ts';
import type { Row } from '../row.ts';
import type { Table } from '../stateful.ts';
import type { IntervalRows } from './interval-rows.ts';

export interface IntervalTableParts<T, K, V> {
  readonly rows: IntervalRows<T, K, V>;
  readonly key: KeyShape<T, K>;
  /** How long a final row can be asked, in ms after its end. */
  readonly keepMs: number;
  readonly durable: boolean;
}

/** What can be asked of windows that every key has of its own: the open ones, and the closed ones that are kept. */
export class IntervalTable<T, K, V> implements Table<K, Row<K, V>> {
  readonly #rows: IntervalRows<T, K, V>;
  readonly #key: KeyShape<T, K>;

  readonly #keepMs: number;
  readonly #durable: boolean;
  /** The time of the last timer: what final rows have to be kept for. */
  passed: number = Number.NEGATIVE_INFINITY;
  #committedPassed = Number.NEGATIVE_INFINITY;

  constructor({ rows, key, keepMs, durable }: IntervalTableParts<T, K, V>) {
    this.#rows = rows;
    this.#key = key;
    this.#keepMs = keepMs;
    this.#durable = durable;
  }

  /** A commit is durable: what is seen has moved on. */
  committed(): void {
    this.#committedPassed = this.passed;
  }

  /** Of several windows that hold `time` the one that ends first. */
  get(key: K, time: number | undefined): Row<K, V> | undefined {
    if (time === undefined) return undefined;
    let found: Row<K, V> | undefined;
    for (const row of this.#of(key)) {
      const { window } = row;
      if (window === undefined || window.start > time || window.end <= time) continue;
      if (found?.window === undefined || window.end < found.window.end) found = row;
    }
    return found;
  }

  *scan(): Iterable<Row<K, V>> {
    for (let row = 0; row < this.#rows.rows.space.size; row += 1) {
      const seen = this.#seen(row);
      if (seen !== undefined && this.#isKept(seen)) yield seen;
    }
  }

  /** The rows of a key as of the last commit: those that have not changed, and what the others were. */
  *#of(key: K): Iterable<Row<K, V>> {
    const { rows } = this.#rows;
    const { space } = rows;
    const parts = this.#key.toParts(key);
    const number = rows.find(parts);
    for (let row = number < 0 ? NO_ROW : (rows.first[number] as number); row !== NO_ROW; row = rows.next[row] as number) {
      const seen = space.dirty[row] === 1 ? undefined : this.#rows.current(row);
      if (seen !== undefined && this.#isKept(seen)) yield seen;
    }
    for (const remembered of space.remembered.values()) {
      const row = remembered as Row<K, V> | undefined;
      if (row !== undefined && this.#isKept(row) && this.#key.toParts(row.key).every((part, i) => part === parts[i])) yield row;
    }
  }

  /** A row as of the last commit. */
  #seen(row: number): Row<K, V> | undefined {
    const { space } = this.#rows.rows;
    return space.dirty[row] === 1 ? (space.remembered.get(row) as Row<K, V> | undefined) : this.#rows.current(row);
  }

  #isKept({ finality, time }: Row<K, V>): boolean {
    return finality === 'provisional' || time + 1 + this.#keepMs > (this.#durable ? this.#committedPassed : this.passed);
  }
}
