import { type ChangelogBlock, decodeChangelog, encodeChangelog } from '../store/changelog.ts';
import { Cleaner } from './cleaner.ts';
import { type KeyPart, checkParts } from './key.ts';
import type { PendingBlock, Persisted, StoredBlock } from './persisted.ts';
import { Space } from './space.ts';
import type { SpaceRows } from './space-rows.ts';

/** What a state's owner says about it. */
export interface StateShape {
  readonly name: string;
  /** How many parts its keys have. */
  readonly depth: number;
  /** How many columns its values have. */
  readonly slots: number;
  /** Its rows are a list: several may have the same key, and none is found by it. */
  readonly isList?: boolean;
  /** What a query should see of a row that is about to change; absent where nobody asks. */
  readonly remember?: (space: Space, row: number) => unknown;
}

/**
 * Named keyed state: all that an operator knows between two events.
 *
 * - touch before change: the owner calls `touch(space, row)` before it changes the row's values.
 * - Rows that have changed since the last commit are listed with their space, once each.
 * - A dropped space is gone for its owner at once, and for queries with the next commit.
 */
export class State implements Persisted {
  readonly spaces: Map<number, Space> = new Map();
  /** Spaces dropped since the last commit: still what queries see. */
  readonly leaving: Space[] = [];
  readonly #shape: StateShape;
  readonly #durable: boolean;
  readonly #cleaner = new Cleaner();
  /** Spaces with rows that have changed since the last commit, dropped ones included. */
  #changed: Space[] = [];
  /** What `prepare` has put into the block: what `settle` is about. */
  #prepared: readonly SpaceRows[] = [];

  constructor(shape: StateShape, durable: boolean) {
    this.#shape = shape;
    this.#durable = durable;
  }

  space(id: number): Space {
    let space = this.spaces.get(id);
    if (space === undefined) {
      space = new Space(id, this.#shape.depth, this.#shape.slots, this.#shape.isList);
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
      this.#change(space, row);
    }
    return row;
  }

  touch(space: Space, row: number): void {
    if (!this.#durable || space.dirty[row] === 1) return;
    const { remember } = this.#shape;
    if (remember !== undefined) space.remembered.set(row, remember(space, row));
    this.#change(space, row);
  }

  #change(space: Space, row: number): void {
    if (space.changed.length === 0) this.#changed.push(space);
    space.mark(row);
  }

  /** Spaces with rows that have changed since the last commit. */
  changedSpaces(): readonly Space[] {
    return this.#changed;
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
    const pending = this.#changed.reduce((sum, { changed }) => sum + changed.length, 0);
    const { again, dead } = this.#cleaner.choose(pending);
    for (const { space, rows } of again) for (const row of rows) this.touch(space, row);
    const list = this.#pending();
    this.#prepared = list;
    if (list.length === 0 && this.leaving.length === 0) return { payload: undefined, dead };
    const dropped = this.leaving.map((space) => space.id);
    return { payload: encodeChangelog(this.#block(list, dropped)), dead };
  }

  settle(commit: number, { payload, dead }: PendingBlock): void {
    for (const space of this.#changed) {
      for (const row of space.changed) space.dirty[row] = 0;
      space.remembered.clear();
      space.changed = [];
    }
    for (const space of this.leaving) this.#cleaner.forget(space);
    if (payload !== undefined) this.#cleaner.wrote(commit, this.#prepared);
    this.#cleaner.died(dead);
    this.#prepared = [];
    this.#changed = [];
    this.leaving.length = 0;
  }

  /** What has changed and is still there. */
  #pending(): readonly SpaceRows[] {
    return this.#changed.filter((space) => !space.dropped).map((space) => ({ space, rows: space.changedRows() }));
  }

  restore(blocks: Iterable<StoredBlock>): void {
    const { depth, slots } = this.#shape;
    for (const { commit, payload } of blocks) {
      const block = decodeChangelog(payload, depth, slots);
      let at = 0;
      const list = block.spaces.map(({ space: id, count }): SpaceRows => {
        const space = this.space(id);
        const rows = block.row.slice(at, at + count);
        for (const row of rows) {
          space.reserve(row);
          for (let p = 0; p < depth; p += 1) (space.parts[p] as KeyPart[])[row] = block.parts[p]?.[at] as KeyPart;
          for (let v = 0; v < slots; v += 1) (space.values[v] as unknown[])[row] = block.values[v]?.[at];
          at += 1;
        }
        return { space, rows };
      });
      this.#cleaner.wrote(commit, list);
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

  #block(list: readonly SpaceRows[], dropped: readonly number[]): ChangelogBlock {
    const { depth, slots } = this.#shape;
    const partsInPlace = (p: number): KeyPart[] => {
      const parts: KeyPart[] = [];
      for (const { space, rows } of list) for (const row of rows) parts.push(space.partAt(row, p));
      return parts;
    };
    const column = (v: number): unknown[] => {
      const values: unknown[] = [];
      for (const { space, rows } of list) {
        const from = space.values[v] as unknown[];
        for (const row of rows) values.push(from[row]);
      }
      return values;
    };
    return {
      dropped,
      spaces: list.map(({ space, rows }) => ({ space: space.id, count: rows.length })),
      row: list.flatMap(({ rows }) => rows),
      parts: Array.from({ length: depth }, (_, p) => partsInPlace(p)),
      values: Array.from({ length: slots }, (_, v) => column(v)),
    };
  }
}
