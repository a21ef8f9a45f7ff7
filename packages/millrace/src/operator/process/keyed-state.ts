import { changingIndex } from '../../state/key-index.ts';
import type { ChangingIndex } from '../../state/key-index-shape.ts';
import { type KeyPart, checkParts } from '../../state/key.ts';
import type { PendingBlock, Persisted, StoredBlock } from '../../state/persisted.ts';
import type { Space } from '../../state/space.ts';
import { State } from '../../state/state.ts';
import { sortRows } from '../internal/sort-rows.ts';

/** No timer: later than any. */
export const NEVER: number = Number.POSITIVE_INFINITY;

/** The values of a row: what the user keeps, the first timer or NEVER, those behind it or null, the number of its arrival: NaN where the row is free. */
const VALUE = 0;
const FIRST = 1;
const OTHERS = 2;
const ARRIVAL = 3;
const SLOTS = 4;

/**
 * What a process keeps of each key: a row, which is free for another key once this one is cleared.
 *
 * Nearly every key has one timer at most, so the first has a column of its own, of numbers.
 */
export class KeyedState implements Persisted {
  readonly #name: string;
  readonly #state: State;
  readonly #space: Space;
  readonly #index: ChangingIndex;
  readonly #values: unknown[];
  readonly #first: number[];
  readonly #others: (readonly number[] | null)[];
  readonly #arrivals: number[];
  readonly #free: number[] = [];
  /** The number of the next arrival: more than that of any key that is kept. */
  #arrived = 0;

  constructor(name: string, depth: number, durable: boolean) {
    this.#name = name;
    this.#state = new State({ name, depth, slots: SLOTS, isList: true }, durable);
    this.#space = this.#state.space(0);
    this.#index = changingIndex(depth);
    const { values } = this.#space;
    this.#values = values[VALUE] as unknown[];
    this.#first = values[FIRST] as number[];
    this.#others = values[OTHERS] as (readonly number[] | null)[];
    this.#arrivals = values[ARRIVAL] as number[];
  }

  /** The row of a key, or -1. */
  find(parts: readonly KeyPart[]): number {
    return this.#index.find(parts);
  }

  /** A row for a key that has none. */
  create(parts: readonly KeyPart[], value: unknown): number {
    const row = this.#free.length === 0 ? this.#state.create(this.#space, parts) : this.#reuse(parts);
    this.#index.add(parts, row);
    this.#values[row] = value;
    this.#first[row] = NEVER;
    this.#others[row] = null;
    this.#arrivals[row] = this.#arrived;
    this.#arrived += 1;
    return row;
  }

  #reuse(parts: readonly KeyPart[]): number {
    checkParts(this.#name, parts);
    const row = this.#free.pop() as number;
    this.touch(row);
    for (let p = 0; p < parts.length; p += 1) (this.#space.parts[p] as KeyPart[])[row] = parts[p] as KeyPart;
    return row;
  }

  /** Before anything of the row changes. */
  touch(row: number): void {
    this.#state.touch(this.#space, row);
  }

  valueAt(row: number): unknown {
    return this.#values[row];
  }

  setValue(row: number, value: unknown): void {
    this.#values[row] = value;
  }

  /** The row's first timer, or NEVER. */
  timerAt(row: number): number {
    return this.#first[row] as number;
  }

  /** How many timers it has. */
  timersOf(row: number): number {
    return this.#first[row] === NEVER ? 0 : 1 + (this.#others[row]?.length ?? 0);
  }

  hasTimer(row: number, time: number): boolean {
    return this.#first[row] === time || this.#others[row]?.includes(time) === true;
  }

  /** For one that it has not. */
  addTimer(row: number, time: number): void {
    const first = this.#first[row] as number;
    const others = this.#others[row];
    if (time < first) this.#first[row] = time;
    if (first === NEVER) return;
    const other = Math.max(first, time);
    this.#others[row] = others === null || others === undefined ? [other] : [...others, other].sort((a, b) => a - b);
  }

  /** For one that it has. */
  removeTimer(row: number, time: number): void {
    const others = this.#others[row] ?? null;
    const isFirst = this.#first[row] === time;
    if (isFirst) this.#first[row] = others?.[0] ?? NEVER;
    if (others === null) return;
    const left = isFirst ? others.slice(1) : others.filter((other) => other !== time);
    this.#others[row] = left.length === 0 ? null : left;
  }

  /** Puts rows in the order in which their keys came. */
  sort(rows: number[]): void {
    sortRows(rows, this.#arrivals);
  }

  /** Writes the key of a row into `parts`. */
  keyOf(row: number, parts: KeyPart[]): void {
    const columns = this.#space.parts;
    for (let p = 0; p < parts.length; p += 1) parts[p] = (columns[p] as KeyPart[])[row] as KeyPart;
  }

  /** The key goes: `parts` is what it is. */
  clear(row: number, parts: readonly KeyPart[]): void {
    this.touch(row);
    this.#index.remove(parts);
    this.#values[row] = undefined;
    this.#first[row] = NEVER;
    this.#others[row] = null;
    this.#arrivals[row] = Number.NaN;
    this.#free.push(row);
  }

  /** In no order worth anything. */
  *rows(): Iterable<number> {
    for (let row = 0; row < this.#space.size; row += 1) if (!Number.isNaN(this.#arrivals[row])) yield row;
  }

  /** How many keys have something. */
  size(): number {
    return this.#space.size - this.#free.length;
  }

  prepare(): PendingBlock {
    return this.#state.prepare();
  }

  settle(commit: number, pending: PendingBlock): void {
    this.#state.settle(commit, pending);
  }

  restore(blocks: Iterable<StoredBlock>): void {
    this.#state.restore(blocks);
    for (let row = 0; row < this.#space.size; row += 1) {
      const arrival = this.#arrivals[row] as number;
      if (Number.isNaN(arrival)) this.#free.push(row);
      else {
        this.#index.add(this.#space.partsAt(row), row);
        this.#arrived = Math.max(this.#arrived, arrival + 1);
      }
    }
  }
}
