import { keyIndex } from './key-index.ts';
import type { KeyIndex } from './key-index-shape.ts';
import { type KeyPart, checkParts } from './key.ts';
import type { PendingBlock, Persisted, StoredBlock } from './persisted.ts';
import type { Space } from './space.ts';
import { State } from './state.ts';

export interface KeyedRowsShape {
  readonly name: string;
  /** How many parts its keys have. */
  readonly depth: number;
  /** How many columns its values have. */
  readonly slots: number;
  /** The column of a time that rows of one key are ordered by; not a number where a row is free. */
  readonly orderedBy: number;
  /** Where two times are equal: whether the row that is looked at stays behind the other one. */
  readonly isAfter?: (row: number, other: number) => boolean;
  /** What a query should see of a row that is about to change; absent where nobody asks. */
  readonly remember?: (row: number) => unknown;
}

/** No row. */
export const NO_ROW = -1;
/** With fewer dead keys than this the index is not made again. */
const DEAD_KEYS_MIN = 1024;
const ONLY_SPACE = 0;

/**
 * Rows that come and go, several a key, those of a key in the order of a time.
 *
 * All rows lie in the columns of one space; a row that was freed is used again, so the columns are as
 * long as there ever were rows at once. What follows what is known in memory only: it is found again
 * from the columns at recovery.
 *
 * - touch before change, also before `free`.
 * - The owner sets the time of a row before it links it, and a link keeps its place while the time of
 *   the row does not pass that of its neighbours.
 */
export class KeyedRows implements Persisted {
  readonly space: Space;
  readonly values: readonly unknown[][];
  /** By key: its first and its last row, or NO_ROW. */
  readonly first: number[] = [];
  readonly last: number[] = [];
  /** By row. */
  readonly next: number[] = [];
  readonly previous: number[] = [];
  readonly keyOf: number[] = [];
  /** How often keys have been numbered anew: then what is known by their numbers is void. */
  numbering = 0;
  readonly #shape: KeyedRowsShape;
  readonly #state: State;
  readonly #times: number[];
  readonly #free: number[] = [];
  /**
   * The columns that keep something from being collected, as the first row that was freed shows. Numbers stay
   * where they are: columns of several kinds that are written in one place become columns of objects.
   */
  #references: unknown[][] | undefined;
  #index: KeyIndex;
  #dead = 0;
  /** The key that was found last, of one part. */
  #lastPart: KeyPart | undefined;
  #lastKey = NO_ROW;

  constructor(shape: KeyedRowsShape, durable: boolean) {
    const { name, depth, slots, remember } = shape;
    this.#shape = shape;
    const bare = { name, depth, slots, isList: true };
    this.#state = new State(remember === undefined ? bare : { ...bare, remember: (_space, row) => remember(row) }, durable);
    this.space = this.#state.space(ONLY_SPACE);
    this.values = this.space.values;
    this.#times = this.values[shape.orderedBy] as number[];
    this.#index = keyIndex(depth);
  }

  /** The number of a key, or -1: good until the next `key`. */
  find(parts: readonly KeyPart[]): number {
    if (parts.length !== 1) return this.#index.find(parts);
    const [part] = parts as readonly [KeyPart];
    // Often the key of the last event again.
    if (part === this.#lastPart) return this.#lastKey;
    const key = this.#index.find(parts);
    if (key >= 0) {
      this.#lastPart = part;
      this.#lastKey = key;
    }
    return key;
  }

  /** The number of a key, a new one if need be: good until the next `key`. */
  key(parts: readonly KeyPart[]): number {
    const found = this.#index.find(parts);
    if (found >= 0) return found;
    checkParts(this.#shape.name, parts);
    if (this.#dead > DEAD_KEYS_MIN && this.#dead * 2 > this.first.length) this.#reindex();
    return this.#addKey(parts);
  }

  /** A row that belongs to no key yet, touched; the owner sets its values, its time first, and links it. */
  create(parts: readonly KeyPart[]): number {
    const row = this.#free.pop();
    if (row === undefined) return this.#state.create(this.space, parts);
    this.#state.touch(this.space, row);
    for (let p = 0; p < parts.length; p += 1) (this.space.parts[p] as KeyPart[])[row] = parts[p] as KeyPart;
    return row;
  }

  touch(row: number): void {
    this.#state.touch(this.space, row);
  }

  /** Puts a row in its place among those of its key. */
  link(key: number, row: number): void {
    const times = this.#times;
    const time = times[row] as number;
    const { isAfter } = this.#shape;
    let before = this.last[key] as number;
    if (before === NO_ROW && this.first[key] === NO_ROW) this.#dead -= 1;
    while (before !== NO_ROW && ((times[before] as number) > time || (times[before] === time && isAfter !== undefined && isAfter(before, row)))) {
      before = this.previous[before] as number;
    }
    const behind = before === NO_ROW ? (this.first[key] as number) : (this.next[before] as number);
    this.keyOf[row] = key;
    this.previous[row] = before;
    this.next[row] = behind;
    if (before === NO_ROW) this.first[key] = row;
    else this.next[before] = row;
    if (behind === NO_ROW) this.last[key] = row;
    else this.previous[behind] = row;
  }

  /** The row is nobody's any more; what it refers to goes. */
  free(row: number): void {
    const key = this.keyOf[row] as number;
    const before = this.previous[row] as number;
    const behind = this.next[row] as number;
    if (before === NO_ROW) this.first[key] = behind;
    else this.next[before] = behind;
    if (behind === NO_ROW) this.last[key] = before;
    else this.previous[behind] = before;
    if (this.first[key] === NO_ROW) this.#dead += 1;
    this.keyOf[row] = NO_ROW;
    const references = this.#references ?? this.values.filter((column) => isReference(column[row]));
    this.#references = references;
    for (const column of references) column[row] = undefined;
    this.#times[row] = Number.NaN;
    this.#free.push(row);
  }

  isFree(row: number): boolean {
    const time = this.#times[row] as number;
    return time !== time;
  }

  size(): number {
    return this.space.size - this.#free.length;
  }

  /** The rows of a key, in their order. */
  rowsOf(key: number): readonly number[] {
    const rows: number[] = [];
    for (let row = this.first[key] as number; row !== NO_ROW; row = this.next[row] as number) rows.push(row);
    return rows;
  }

  /** Rows in no order worth anything, free ones left out. */
  *rows(): Iterable<number> {
    for (let row = 0; row < this.space.size; row += 1) if (!this.isFree(row)) yield row;
  }

  prepare(): PendingBlock {
    return this.#state.prepare();
  }

  settle(commit: number, pending: PendingBlock): void {
    this.#state.settle(commit, pending);
  }

  restore(blocks: Iterable<StoredBlock>): void {
    this.#state.restore(blocks);
    const { space } = this;
    const rows: number[] = [];
    for (let row = 0; row < space.size; row += 1) {
      if (this.isFree(row)) {
        this.keyOf[row] = NO_ROW;
        this.#free.push(row);
      } else rows.push(row);
    }
    // The latest last, so that each finds its place at the end.
    const times = this.#times;
    rows.sort((a, b) => (times[a] as number) - (times[b] as number) || a - b);
    for (const row of rows) {
      const parts = space.partsAt(row);
      const found = this.#index.find(parts);
      this.link(found >= 0 ? found : this.#addKey(parts), row);
    }
  }

  #addKey(parts: readonly KeyPart[]): number {
    const key = this.first.length;
    this.#index.add(parts, key);
    this.first[key] = NO_ROW;
    this.last[key] = NO_ROW;
    this.#dead += 1;
    return key;
  }

  /** Numbers the keys that have rows anew: the others are forgotten. */
  #reindex(): void {
    const heads = this.first.filter((row) => row !== NO_ROW);
    this.#index = keyIndex(this.#shape.depth);
    this.first.length = 0;
    this.last.length = 0;
    this.#dead = 0;
    this.#lastPart = undefined;
    this.numbering += 1;
    for (const head of heads) {
      const key = this.#addKey(this.space.partsAt(head));
      this.#dead -= 1;
      this.first[key] = head;
      for (let row = head; row !== NO_ROW; row = this.next[row] as number) {
        this.keyOf[row] = key;
        this.last[key] = row;
      }
    }
  }
}

const isReference = (value: unknown): boolean => typeof value !== 'number' && typeof value !== 'boolean';
