import type { Interval } from '../time/calendar.ts';
import { CompositeIndex } from './composite-index.ts';
import type { KeyPart } from './key.ts';
import { NoIndex, keyIndex } from './key-index.ts';
import type { KeyIndex } from './key-index-shape.ts';

/** Fewer than one row in so many is few: sorting them is cheaper than looking at all. */
const FEW = 16;
/** One byte a row, so that most of what is asked per event stays in the processor's cache. */
const DIRTY_ROWS_MIN = 64;

/**
 * The keys and values of one window, named by its end, or of a table (space 0): as columns.
 *
 * A key has a row, the first one 0; rows are in order of creation, before and after a recovery, and
 * results leave in that order. A value is a row across `values`.
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
  readonly #index: KeyIndex;
  /** The index, where it keeps the parts. */
  readonly #keeper: CompositeIndex | undefined;
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

  /** The row of a key, or -1. */
  find(parts: readonly KeyPart[]): number {
    return this.#index.find(parts);
  }

  /** A row for a new key; the caller sets its values. */
  add(parts: readonly KeyPart[]): number {
    const row = this.size;
    if (this.#keeper === undefined) for (let p = 0; p < parts.length; p += 1) (this.parts[p] as KeyPart[])[row] = parts[p] as KeyPart;
    this.#index.add(parts, row);
    this.size = row + 1;
    return row;
  }

  /** A row has changed for the first time since the last commit. */
  mark(row: number): void {
    this.#markable(row);
    this.dirty[row] = 1;
    this.changed.push(row);
  }

  #markable(row: number): void {
    if (row < this.dirty.length) return;
    const dirty = new Uint8Array(Math.max(row + 1, this.dirty.length * 2));
    dirty.set(this.dirty);
    this.dirty = dirty;
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
    for (let row = 0; row < this.size; row += 1) this.#index.add(this.parts.map((column) => column[row] as KeyPart), row);
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
