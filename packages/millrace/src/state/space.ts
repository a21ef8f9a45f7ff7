import { stretchOf } from '../store/spilled-key.ts';
import type { Interval } from '../time/calendar.ts';
import { CompositeIndex } from './composite-index.ts';
import type { KeyPart } from './key.ts';
import { NoIndex, changingIndex, keyIndex } from './key-index.ts';
import type { ChangingIndex, KeyIndex } from './key-index-shape.ts';

/** Fewer than one row in so many is few: sorting them is cheaper than looking at all. */
const FEW = 16;
/** One byte a row, so that most of what is asked per event stays in the processor's cache. */
const DIRTY_ROWS_MIN = 64;
const NO_ROWS: Uint8Array = new Uint8Array(0);

/**
 * The keys and values of one window, named by its end, or of a table (space 0): as columns.
 *
 * A key has a row, the first one 0; rows are in order of creation, before and after a recovery, and
 * results leave in that order. A value is a row across `values`.
 *
 * Where cold rows may leave memory, a row that has left is used again: then rows are in no order.
 */
export class Space {
  readonly id: number;
  /** The parts of the keys, where the index does not keep them; otherwise only at recovery. */
  readonly parts: readonly KeyPart[][];
  readonly values: readonly unknown[][];
  size = 0;
  /** The commit whose block holds a row's newest durable version; 0 where there is none. With a store only. */
  readonly blocks: number[] = [];
  /** 1 where a row has changed since the last commit, and the list of those rows. With a store only. */
  dirty: Uint8Array = new Uint8Array(DIRTY_ROWS_MIN);
  changed: number[] = [];
  /** What queries see of dirty rows; not there: the key did not exist at the last commit. */
  readonly remembered: Map<number, unknown> = new Map();
  /** The window itself, once somebody asked for it. */
  interval: Interval | undefined = undefined;
  dropped = false;
  /*
   * Only where cold rows may leave memory, by row: 1 where an older version is on disk; in which stretch of the tree
   * it lies; and when it was touched last, which `clock` tells.
   */
  shadowing: Uint8Array = NO_ROWS;
  stretches: Uint8Array = NO_ROWS;
  touched: Int32Array = new Int32Array(0);
  clock = 0;
  #index: KeyIndex;
  /** The index, where it keeps the parts. */
  #keeper: CompositeIndex | undefined;
  /** The index, and the rows that have left memory: where they may. */
  #changing: ChangingIndex | undefined = undefined;
  readonly #free: number[] = [];
  /** What the parts of a key are copied from: an array of anything, as one of small numbers would be made anew for a great one. */
  readonly #noParts: readonly KeyPart[];

  constructor(id: number, depth: number, slots: number, isList = false) {
    this.id = id;
    this.parts = Array.from({ length: depth }, () => emptyColumn<KeyPart>());
    this.#noParts = Array.from({ length: depth }, () => null);
    this.values = Array.from({ length: slots }, () => emptyColumn());
    this.#index = isList ? new NoIndex() : keyIndex(depth);
    this.#keeper = this.#index instanceof CompositeIndex ? this.#index : undefined;
  }

  /** From now on rows may leave memory; before the first one comes. */
  rowsMayLeave(): void {
    this.#changing = changingIndex(this.parts.length);
    this.#index = this.#changing;
    this.#keeper = undefined;
    this.#growLeaving();
  }

  #growLeaving(): void {
    const { length } = this.dirty;
    const [shadowing, stretches, touched] = [new Uint8Array(length), new Uint8Array(length), new Int32Array(length)];
    shadowing.set(this.shadowing);
    stretches.set(this.stretches);
    touched.set(this.touched);
    Object.assign(this, { shadowing, stretches, touched });
  }

  /** How many rows are in memory. */
  get rows(): number {
    return this.size - this.#free.length;
  }

  /** The row of a key, or -1. */
  find(parts: readonly KeyPart[]): number {
    return this.#index.find(parts);
  }

  /** A row for a new key; the caller sets its values. */
  add(parts: readonly KeyPart[]): number {
    const row = this.#free.length === 0 ? this.size : (this.#free.pop() as number);
    if (this.#keeper === undefined) for (let p = 0; p < parts.length; p += 1) (this.parts[p] as KeyPart[])[row] = parts[p] as KeyPart;
    this.#index.add(parts, row);
    if (row === this.size) this.size = row + 1;
    if (this.#changing !== undefined) {
      this.#markable(row);
      this.stretches[row] = stretchOf(parts);
    }
    return row;
  }

  /** The row leaves memory: it is used for another key. */
  leave(row: number): void {
    (this.#changing as ChangingIndex).remove(this.partsAt(row));
    this.shadowing[row] = 0;
    // What refers to nothing is not collected: a column of numbers stays one.
    for (const column of this.parts) if (typeof column[row] !== 'number') column[row] = null;
    for (const column of this.values) if (typeof column[row] !== 'number') column[row] = null;
    this.#free.push(row);
  }

  /** Whether the row has left memory, and no other key has it. */
  isFree(row: number): boolean {
    return this.#changing !== undefined && this.blocks[row] === 0 && this.dirty[row] === 0;
  }

  /** A row has changed for the first time since the last commit. */
  mark(row: number): void {
    this.#markable(row);
    this.dirty[row] = 1;
    this.changed.push(row);
    if (this.#changing !== undefined) this.touched[row] = this.clock;
  }

  #markable(row: number): void {
    if (row < this.dirty.length) return;
    const dirty = new Uint8Array(Math.max(row + 1, this.dirty.length * 2));
    dirty.set(this.dirty);
    this.dirty = dirty;
    if (this.#changing !== undefined) this.#growLeaving();
  }

  /** The rows that have changed, ascending: columns are read fastest in their own order. */
  changedRows(): readonly number[] {
    const { changed, dirty } = this;
    if (changed.length * FEW < this.size) return changed.sort((a, b) => a - b);
    const rows: number[] = [];
    for (let row = 0; row < this.size; row += 1) if (dirty[row] === 1) rows.push(row);
    return rows;
  }

  /** The parts of a row's key. */
  partsAt(row: number): readonly KeyPart[] {
    // As nearly always; a literal has no room for more, as what grows has.
    if (this.parts.length === 1) return [this.parts[0]?.[row] as KeyPart];
    const parts = this.#noParts.slice();
    for (let p = 0; p < parts.length; p += 1) parts[p] = this.partAt(row, p);
    return parts;
  }

  /** A part of a row's key. */
  partAt(row: number, p: number): KeyPart {
    return this.#keeper === undefined ? (this.parts[p]?.[row] as KeyPart) : this.#keeper.partAt(row, p);
  }

  /** At recovery, where rows come in any order: makes room up to this one, without holes in the columns. */
  reserve(row: number): void {
    this.#markable(row);
    while (this.size <= row) {
      for (const column of this.parts) column.push(0);
      for (const column of this.values) column.push(0);
      this.blocks.push(0);
      this.size += 1;
    }
  }

  /** At recovery: all rows are there. */
  reindex(): void {
    for (let row = 0; row < this.size; row += 1) {
      // Of a row that no block has: it had left memory.
      if (this.#changing !== undefined && this.blocks[row] === 0) {
        this.#free.push(row);
        continue;
      }
      const parts = this.parts.map((column) => column[row] as KeyPart);
      this.#index.add(parts, row);
      if (this.#changing !== undefined) this.stretches[row] = stretchOf(parts);
    }
    if (this.#keeper !== undefined) for (const column of this.parts) column.length = 0;
  }
}

/**
 * An empty column, of small numbers until something else is put in. A literal would be one of anything as soon
 * as one that was made in the same place had been: a column of times in the next window would be one of objects.
 */
function emptyColumn<T>(): T[] {
  return Array.of<T>();
}
