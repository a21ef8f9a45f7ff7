import type { KeyShape } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import type { State } from '../../state/state.ts';
import type { Frontier } from '../../time/frontier.ts';
import type { DisjointWindowing } from '../../time/windowing.ts';
import type { Row } from '../row.ts';
import type { Table } from '../stateful.ts';
import type { WindowFinality } from './finality.ts';
import type { WindowRows } from './window-rows.ts';

export interface WindowTableParts<T, K, V> {
  readonly state: State;
  readonly rows: WindowRows<T, K, V>;
  readonly finality: WindowFinality;
  readonly key: KeyShape<T, K>;
  readonly windowing: DisjointWindowing;
  readonly frontier: Frontier;
  readonly durable: boolean;
}

/** What can be asked of aligned windows while they run: the open ones, and the closed ones that are kept. */
export class WindowTable<T, K, V> implements Table<K, Row<K, V>> {
  readonly #of: WindowTableParts<T, K, V>;
  #committedFrontier = -1;

  constructor(parts: WindowTableParts<T, K, V>) {
    this.#of = parts;
  }

  /** A commit is durable: what is seen has moved on. */
  committed(): void {
    this.#committedFrontier = this.#of.frontier.value;
  }

  get(key: K, time: number | undefined): Row<K, V> | undefined {
    if (time === undefined) return undefined;
    const { windowing, key: shape } = this.#of;
    const { end } = windowing.at(time);
    const parts = shape.toParts(key);
    for (const space of this.#visible()) {
      if (space.id !== end) continue;
      const row = space.find(parts);
      if (row >= 0) return this.#seen(space, row);
    }
    return undefined;
  }

  *scan(): Iterable<Row<K, V>> {
    for (const space of this.#visible()) {
      for (let i = 0; i < space.size; i += 1) {
        const row = this.#seen(space, i);
        if (row !== undefined) yield row;
      }
    }
  }

  /** A row as it was at the last commit, before it is changed. */
  remember(space: Space, row: number): Row<K, V> | undefined {
    return this.#seenAt(space, row, this.#committedFrontier);
  }

  *#visible(): Iterable<Space> {
    const { state } = this.#of;
    yield* state.leaving;
    yield* state.spaces.values();
  }

  /** A row as of the last commit. */
  #seen(space: Space, row: number): Row<K, V> | undefined {
    if (!this.#of.durable) return this.#seenAt(space, row, this.#of.frontier.value);
    if (space.dirty[row] === 1) return space.remembered.get(row) as Row<K, V> | undefined;
    return this.#seenAt(space, row, this.#committedFrontier);
  }

  #seenAt(space: Space, row: number, frontier: number): Row<K, V> | undefined {
    const { rows, finality } = this.#of;
    return rows.seen(space, row, finality.at(space.id, frontier));
  }
}
