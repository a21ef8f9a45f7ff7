import { type ChangelogBlock, decodeChangelog, encodeChangelog } from '../store/changelog.ts';
import { Cleaner } from './cleaner.ts';
import { type KeyPart, checkParts } from './key.ts';
import type { PendingBlock, Persisted, StoredBlock } from './persisted.ts';
import { RowList } from './row-list.ts';
import { Space } from './space.ts';

/** What a state's owner says about it. */
export interface StateShape {
  readonly name: string;
  /** How many parts its keys have. */
  readonly depth: number;
  /** How many columns its values have. */
  readonly slots: number;
  /** What a query should see of a row that is about to change; absent where nobody asks. */
  readonly remember?: (space: Space, row: number) => unknown;
}

/**
 * Named keyed state: all that an operator knows between two events.
 *
 * - touch before change: the owner calls `touch(space, row)` before it changes the row's values.
 * - Rows that have changed since the last commit are listed once each.
 * - A dropped space is gone for its owner at once, and for queries with the next commit.
 */
export class State implements Persisted {
  readonly spaces: Map<number, Space> = new Map();
  /** Spaces dropped since the last commit: still what queries see. */
  readonly leaving: Space[] = [];
  readonly #shape: StateShape;
  readonly #durable: boolean;
  readonly #cleaner = new Cleaner();
  #dirty = new RowList();

  constructor(shape: StateShape, durable: boolean) {
    this.#shape = shape;
    this.#durable = durable;
  }

  space(id: number): Space {
    let space = this.spaces.get(id);
    if (space === undefined) {
      space = new Space(id, this.#shape.depth, this.#shape.slots);
      this.spaces.set(id, space);
    }
    return space;
  }

  /** A new row, touched; the owner sets its values. */
  create(space: Space, parts: readonly KeyPart[]): number {
    checkParts(this.#shape.name, parts);
    const row = space.add(parts);
    if (this.#durable) {
      space.blocks[row] = 0;
      space.dirty[row] = 1;
      this.#dirty.add(space, row);
    }
    return row;
  }

  touch(space: Space, row: number): void {
    if (!this.#durable || space.dirty[row] === 1) return;
    const { remember } = this.#shape;
    if (remember !== undefined) space.remembered.set(row, remember(space, row));
    space.dirty[row] = 1;
    this.#dirty.add(space, row);
  }

  drop(space: Space): void {
    space.dropped = true;
    this.spaces.delete(space.id);
    if (this.#durable) this.leaving.push(space);
  }

  size(): number {
    let rows = 0;
    for (const space of this.spaces.values()) rows += space.size;
    return rows;
  }

  prepare(): PendingBlock {
    const { again, dead } = this.#cleaner.choose(this.#dirty.length);
    again.each((space, row) => this.touch(space, row));
    const rows = this.#dirty.filter((space) => !space.dropped);
    if (rows.length === 0 && this.leaving.length === 0) return { payload: undefined, dead };
    const dropped = this.leaving.map((space) => space.id);
    return { payload: encodeChangelog(this.#block(rows, dropped)), dead };
  }

  settle(commit: number, { payload, dead }: PendingBlock): void {
    this.#dirty.each((space, row) => {
      space.dirty[row] = 0;
      space.remembered.clear();
    });
    for (const space of this.leaving) this.#cleaner.forget(space);
    if (payload !== undefined) this.#cleaner.wrote(commit, this.#dirty.filter((space) => !space.dropped));
    this.#cleaner.died(dead);
    this.#dirty = new RowList();
    this.leaving.length = 0;
  }

  restore(blocks: Iterable<StoredBlock>): void {
    const { depth, slots } = this.#shape;
    for (const { commit, payload } of blocks) {
      const block = decodeChangelog(payload, depth, slots);
      const rows = new RowList();
      for (let i = 0; i < block.row.length; i += 1) {
        const space = this.space(block.space[i] as number);
        const row = block.row[i] as number;
        space.reserve(row);
        for (let p = 0; p < depth; p += 1) (space.parts[p] as KeyPart[])[row] = block.parts[p]?.[i] as KeyPart;
        for (let v = 0; v < slots; v += 1) (space.values[v] as unknown[])[row] = block.values[v]?.[i];
        rows.add(space, row);
      }
      this.#cleaner.wrote(commit, rows);
      for (const id of block.dropped) {
        const space = this.spaces.get(id);
        if (space === undefined) continue;
        this.#cleaner.forget(space);
        space.dropped = true;
        this.spaces.delete(id);
      }
    }
    for (const space of this.spaces.values()) space.reindex();
  }

  #block(list: RowList, dropped: readonly number[]): ChangelogBlock {
    const { depth, slots } = this.#shape;
    const { spaces, rows } = list;
    const column = (of: (space: Space) => readonly unknown[]): unknown[] => rows.map((row, i) => of(spaces[i] as Space)[row]);
    return {
      dropped,
      space: spaces.map((space) => space.id),
      row: rows,
      parts: Array.from({ length: depth }, (_, p) => column((space) => space.parts[p] as KeyPart[])),
      values: Array.from({ length: slots }, (_, v) => column((space) => space.values[v] as unknown[])),
    };
  }
}
