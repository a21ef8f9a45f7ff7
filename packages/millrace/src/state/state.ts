import { type ChangelogBlock, decodeChangelog, encodeChangelog } from '../store/changelog.ts';
import { Cleaner } from './cleaner.ts';
import { Cooling } from './cooling.ts';
import { type KeyPart, checkParts } from './key.ts';
import type { PendingBlock, Persisted, SpillTo, StoredBlock } from './persisted.ts';
import { Space } from './space.ts';
import { SpacePool } from './space-pool.ts';
import { type SpaceRows, countRows } from './space-rows.ts';
import { type PendingSpill, Spilled, type Spilling } from './spilled.ts';

/** What a state's owner says about it. */
export interface StateShape {
  readonly name: string;
  /** How many parts its keys have. */
  readonly depth: number;
  /** How many columns its values have. */
  readonly slots: number;
  /** Its rows are a list: several may have the same key, and none is found by it. */
  readonly isList?: boolean;
  /** Its rows may leave memory: it has one space, and its owner asks for a key that is not there by `promote`. */
  readonly spills?: boolean;
  /** What a query should see of a row that is about to change; absent where nobody asks. */
  readonly remember?: (space: Space, row: number) => unknown;
}

/**
 * Named keyed state: all that an operator knows between two events.
 *
 * - touch before change: the owner calls `touch(space, row)` before it changes the row's values.
 * - Rows that have changed since the last commit are listed with their space, once each.
 * - A dropped space is gone for its owner at once, and for queries with the next commit.
 * - Where it spills, rows that were not touched for long leave memory with a commit, for the store's tree; `promote`
 *   brings one back, touched, and `spilled` is asked for the others.
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
  /** The rows that are on disk only; where there are any, or may be. */
  spilled: Spilled | undefined = undefined;
  /** What `prepare` has chosen to leave memory. */
  #cold: SpaceRows | undefined;
  readonly #cooling = new Cooling<number>();
  /** How many rows in memory have an older version on disk. */
  #shadowing = 0;

  constructor(shape: StateShape, durable: boolean) {
    this.#shape = shape;
    this.#durable = durable;
  }

  space(id: number): Space {
    let space = this.spaces.get(id);
    if (space === undefined) {
      space = new Space(id, this.#shape.depth, this.#shape.slots, this.#shape.isList);
      if (this.spilled !== undefined) space.rowsMayLeave();
      this.spaces.set(id, space);
    }
    return space;
  }

  spillTo({ tree, hotMax, count }: SpillTo): void {
    this.spilled = new Spilled(tree(this.#shape.slots), hotMax, count);
    for (const space of this.spaces.values()) space.rowsMayLeave();
  }

  get spills(): boolean {
    return this.#shape.spills === true;
  }

  /** A row that is on disk only comes back into memory, touched, for a key that is not there; -1: there is none. CORRUPT_BLOCK. */
  promote(space: Space, parts: readonly KeyPart[]): number {
    const found = this.spilled?.find(parts);
    if (found === undefined) return -1;
    const row = space.add(parts);
    for (let v = 0; v < found.length; v += 1) (space.values[v] as unknown[])[row] = found[v];
    space.blocks[row] = 0;
    const { remember } = this.#shape;
    if (remember !== undefined) space.remembered.set(row, remember(space, row));
    this.#change(space, row);
    space.shadowing[row] = 1;
    this.#shadowing += 1;
    return row;
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
    return this.#inMemory() + (this.spilled?.count[0] ?? 0) - this.#shadowing;
  }

  #inMemory(): number {
    let rows = 0;
    for (const space of this.spaces.values()) rows += space.rows;
    return rows;
  }

  prepare(): PendingBlock {
    const pending = this.#changed.reduce((sum, { changed }) => sum + changed.length, 0);
    const { again, dead } = this.#cleaner.choose(pending);
    const spill = this.spilled === undefined ? {} : { spill: this.spilled.prepare(this.#cool(this.spilled)) };
    this.#writeAgain(again);
    const list = this.#pending();
    this.#prepared = list;
    if (list.length === 0 && this.leaving.length === 0) return { payload: undefined, dead, ...spill };
    const dropped = this.leaving.map((space) => space.id);
    return { payload: encodeChangelog(this.#block(list, dropped)), dead, ...spill };
  }

  /** Chooses what leaves memory for the tree; not rows whose keys are too long for it. */
  #cool({ tree, hotMax }: Spilled): readonly Spilling[] {
    const list: Spilling[] = [];
    const rows: number[] = [];
    const [space] = this.spaces.values();
    this.#cold = undefined;
    if (space === undefined || space.rows <= hotMax) return list;
    for (const row of this.#cooling.choose(new SpacePool(space), space.rows - hotMax)) {
      const key = tree.keyOf(space.partsAt(row));
      if (key === undefined) continue;
      rows.push(row);
      list.push({ key, values: space.values.map((column) => column[row]), isThere: space.shadowing[row] === 1 });
    }
    if (rows.length > 0) this.#cold = { space, rows };
    return list;
  }

  /** Rows that have not changed are touched, but those that leave memory; what is cold stays so. */
  #writeAgain(again: readonly SpaceRows[]): void {
    const leaving = new Set(again.length === 0 ? [] : this.#cold?.rows);
    for (const { space, rows } of again) {
      for (const row of rows) {
        if (leaving.has(row)) continue;
        const then = space.touched[row];
        this.touch(space, row);
        if (then !== undefined) space.touched[row] = then;
      }
    }
  }

  settle(commit: number, { payload, dead, spill }: PendingBlock): void {
    for (const space of this.#changed) {
      for (const row of space.changed) space.dirty[row] = 0;
      space.remembered.clear();
      space.changed = [];
    }
    for (const space of this.leaving) this.#cleaner.forget(space);
    if (payload !== undefined) this.#cleaner.wrote(commit, this.#prepared);
    this.#cleaner.died(dead);
    if (spill !== undefined) this.#cooled(spill);
    this.#prepared = [];
    this.#changed = [];
    this.leaving.length = 0;
  }

  /** What has left memory for the tree is durable. */
  #cooled(spill: PendingSpill): void {
    this.spilled?.settle(spill);
    for (const space of this.spaces.values()) space.clock += 1;
    if (this.#cold === undefined) return;
    const { space, rows } = this.#cold;
    this.#cleaner.left(this.#cold);
    for (const row of rows) {
      this.#shadowing -= space.shadowing[row] as number;
      space.leave(row);
    }
    this.#cold = undefined;
  }

  /** What has changed and is still there. */
  #pending(): readonly SpaceRows[] {
    const list = this.#changed.filter((space) => !space.dropped).map((space) => ({ space, rows: space.changedRows() }));
    // What leaves memory is said by a block.
    return this.#cold === undefined || list.length > 0 ? list : [{ space: this.#cold.space, rows: [] }];
  }

  restore(blocks: Iterable<StoredBlock>): void {
    const { depth, slots } = this.#shape;
    for (const { commit, payload } of blocks) {
      const block = decodeChangelog(payload, depth, slots);
      let at = 0;
      const list = block.spaces.map(({ space: id, count, shadowing = [] }): SpaceRows => {
        const space = this.space(id);
        const rows = block.row.slice(at, at + count);
        for (const row of rows) {
          space.reserve(row);
          for (let p = 0; p < depth; p += 1) (space.parts[p] as KeyPart[])[row] = block.parts[p]?.[at] as KeyPart;
          for (let v = 0; v < slots; v += 1) (space.values[v] as unknown[])[row] = block.values[v]?.[at];
          at += 1;
        }
        if (this.spilled !== undefined) {
          for (const row of rows) space.shadowing[row] = 0;
          for (const row of rows) space.touched[row] = space.clock;
          for (const row of shadowing) space.shadowing[row] = 1;
          space.clock += 1;
        }
        return { space, rows };
      });
      this.#cleaner.wrote(commit, list);
      for (const { space: id, left } of block.spaces) {
        if (left === undefined) continue;
        const space = this.space(id);
        this.#cleaner.left({ space, rows: left });
        for (const row of left) space.shadowing[row] = 0;
      }
      for (const id of block.dropped) {
        const space = this.spaces.get(id);
        if (space === undefined) continue;
        this.#cleaner.forget(space);
        space.dropped = true;
        this.spaces.delete(id);
      }
    }
    for (const space of this.spaces.values()) {
      space.reindex();
      for (const shadows of space.shadowing) this.#shadowing += shadows;
    }
  }

  #block(list: readonly SpaceRows[], dropped: readonly number[]): ChangelogBlock {
    const { depth, slots } = this.#shape;
    return {
      dropped,
      spaces: list.map(({ space, rows }) => {
        const named = { space: space.id, count: rows.length };
        if (this.spilled === undefined) return named;
        return { ...named, shadowing: rows.filter((row) => space.shadowing[row] === 1), left: this.#cold?.rows ?? [] };
      }),
      row: inColumn(list, (_, row) => row),
      parts: Array.from({ length: depth }, (_, p) => inColumn(list, (space, row) => space.partAt(row, p))),
      values: Array.from({ length: slots }, (_, v) => inColumn(list, ({ values }, row) => values[v]?.[row])),
    };
  }
}

/** Of each row, in their order. */
function inColumn<V>(list: readonly SpaceRows[], of: (space: Space, row: number) => V): V[] {
  const column = new Array<V>(countRows(list));
  let at = 0;
  for (const { space, rows } of list) {
    for (let i = 0; i < rows.length; i += 1) column[at + i] = of(space, rows[i] as number);
    at += rows.length;
  }
  return column;
}
