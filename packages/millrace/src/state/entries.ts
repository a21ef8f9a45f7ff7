import { type EntryBlock, decodeEntries, encodeEntries } from '../store/entry-changelog.ts';
import type { Entry } from './entry.ts';
import { EntryBlocks } from './entry-blocks.ts';
import { type KeyPart, checkParts } from './key.ts';
import { KeyMap } from './key-map.ts';
import { EntrySpill } from './entry-spill.ts';
import type { PendingBlock, Persisted, SpillTo, StoredBlock } from './persisted.ts';

export interface EntriesShape<V> {
  readonly name: string;
  /** What a query should see of an entry that is about to change; absent where nobody asks. */
  readonly remember?: (entry: Entry<V>) => unknown;
  /** Whether an entry without a window may leave memory; absent where none does. */
  readonly mayLeave?: ((entry: Entry<V>) => boolean) | undefined;
}

/** The space of a table without windows. */
const TABLE_SPACE = 0;

/** The entries of one window, named by its end, or of a table without windows (space 0). */
class EntrySpace<V> {
  readonly keys: KeyMap<Entry<V>> = new KeyMap();
  /** In their order. */
  readonly list: Set<Entry<V>> = new Set();
}

/**
 * Named keyed state of tables, whose keys go again: what State is for windows, which go as a whole.
 *
 * - touch before change: the owner calls `touch(entry)` before it changes the entry's value.
 * - What has changed since the last commit is listed, once each.
 * - What was removed is gone for its owner at once, and for queries with the next commit.
 * - Where entries may leave memory, `find` brings one back, touched. Others hold no entry that may leave.
 */
export class Entries<V> implements Persisted {
  readonly #shape: EntriesShape<V>;
  readonly #durable: boolean;
  readonly #spaces = new Map<number, EntrySpace<V>>();
  readonly #blocks = new EntryBlocks<V>();
  #nextOrder = 0;
  #changed: Entry<V>[] = [];
  #dropped: number[] = [];
  /** Removed since the last commit: still what queries see. */
  #leaving: Entry<V>[] = [];
  /** What `prepare` has put into the block. */
  #prepared: readonly Entry<V>[] = [];
  /** What has left memory; where any may. */
  #spill: EntrySpill<V> | undefined;

  constructor(shape: EntriesShape<V>, durable: boolean) {
    this.#shape = shape;
    this.#durable = durable;
  }

  find(space: number, parts: readonly KeyPart[]): Entry<V> | undefined {
    const entry = this.#spaces.get(space)?.keys.get(parts);
    return entry === undefined && this.#spill !== undefined && space === TABLE_SPACE ? this.#promote(this.#spill, parts) : entry;
  }

  get spills(): boolean {
    return this.#shape.mayLeave !== undefined;
  }

  spillTo(to: SpillTo): void {
    this.#spill = new EntrySpill<V>(to, this.#shape.mayLeave as (entry: Entry<V>) => boolean);
  }

  #promote(spill: EntrySpill<V>, parts: readonly KeyPart[]): Entry<V> | undefined {
    const found = spill.find(parts);
    if (found === undefined) return undefined;
    const entry = this.#new(TABLE_SPACE, [...parts], found.value, true);
    spill.shadowing += 1;
    if (this.#shape.remember !== undefined) entry.remembered = this.#shape.remember(entry);
    return entry;
  }

  /** An entry that is on disk only, for queries. */
  spilledAt(parts: readonly KeyPart[]): Entry<V> | undefined {
    const isHot = this.#spill === undefined || this.#spaces.get(TABLE_SPACE)?.keys.get(parts) !== undefined;
    const found = isHot ? undefined : this.#spill?.find(parts);
    return found === undefined ? undefined : coldEntry(parts, found.value);
  }

  /** All that are on disk only, for queries; in no order. */
  *spilled(): Iterable<Entry<V>> {
    const keys = this.#spaces.get(TABLE_SPACE)?.keys;
    for (const { parts, value } of this.#spill?.all((one) => keys?.get(one) !== undefined) ?? []) yield coldEntry(parts, value);
  }

  /** A new entry, touched. The parts are copied. */
  create(space: number, parts: readonly KeyPart[], value: V): Entry<V> {
    checkParts(this.#shape.name, parts);
    return this.#new(space, [...parts], value, false);
  }

  #new(space: number, parts: readonly KeyPart[], value: V, shadowing: boolean): Entry<V> {
    const order = this.#nextOrder;
    this.#nextOrder += 1;
    const warmth = space === TABLE_SPACE ? this.#spill?.warmthOf(parts, shadowing) : undefined;
    const entry: Entry<V> = { space, parts, order, value, block: 0, dirty: this.#durable, remembered: undefined, removed: false, warmth };
    if (this.#durable) this.#changed.push(entry);
    this.#insert(entry);
    return entry;
  }

  touch(entry: Entry<V>): void {
    if (!this.#durable || entry.dirty) return;
    const { remember } = this.#shape;
    if (remember !== undefined) entry.remembered = remember(entry);
    entry.dirty = true;
    this.#changed.push(entry);
    if (entry.warmth !== undefined) entry.warmth.touched = (this.#spill as EntrySpill<V>).clock;
  }

  remove(entry: Entry<V>): void {
    this.touch(entry);
    this.#leave(entry);
    this.#spill?.removed(entry);
    this.#takeOut(entry);
  }

  #takeOut(entry: Entry<V>): void {
    const space = this.#spaces.get(entry.space) as EntrySpace<V>;
    space.keys.delete(entry.parts);
    space.list.delete(entry);
    if (space.list.size === 0) this.#spaces.delete(entry.space);
  }

  /** Removes all entries of a space; it must not be used again. */
  drop(id: number): void {
    const space = this.#spaces.get(id);
    if (space === undefined) return;
    if (this.#durable) {
      for (const entry of space.list) {
        // No change of its own: the block says that the space is gone.
        if (!entry.dirty) entry.remembered = this.#shape.remember?.(entry);
        this.#leave(entry);
      }
      this.#dropped.push(id);
    }
    this.#spaces.delete(id);
  }

  /** In the order of their creation. */
  of(space: number): Iterable<Entry<V>> {
    return this.#spaces.get(space)?.list ?? [];
  }

  /** Entries whose keys begin with these parts and have `more` parts behind them. */
  under(space: number, parts: readonly KeyPart[], more: number): Iterable<Entry<V>> {
    return this.#spaces.get(space)?.keys.under(parts, more) ?? [];
  }

  spaces(): readonly number[] {
    return [...this.#spaces.keys()];
  }

  /** Removed since the last commit. Queries see them as they are remembered, as they see dirty ones. */
  leaving(): readonly Entry<V>[] {
    return this.#leaving;
  }

  /** For queries: those that have gone since the last commit, and those that are there. */
  *all(): Iterable<Entry<V>> {
    yield* this.#leaving;
    for (const { list } of this.#spaces.values()) yield* list;
  }

  size(): number {
    let size = this.#spill?.size ?? 0;
    for (const { list } of this.#spaces.values()) size += list.size;
    return size;
  }

  prepare(): PendingBlock {
    const { again, dead } = this.#blocks.choose(this.#changed.length);
    const spill = this.#spill === undefined ? {} : { spill: this.#spill.prepare(this.#spaces.get(TABLE_SPACE)?.list ?? new Set()) };
    const leaving = this.#spill?.leaving;
    for (const entry of again) if (leaving?.has(entry) !== true) this.#writeAgain(entry);
    const changed = this.#changed.filter(({ removed, block, space }) => !removed || (block !== 0 && !this.#dropped.includes(space)));
    const list = leaving === undefined ? changed : [...changed, ...leaving];
    this.#prepared = list;
    if (list.length === 0 && this.#dropped.length === 0) return { payload: undefined, dead, ...spill };
    return { payload: encodeEntries(blockOf(list, this.#dropped, leaving)), dead, ...spill };
  }

  /** An entry that has not changed is touched; what is cold stays so. */
  #writeAgain(entry: Entry<V>): void {
    const then = entry.warmth?.touched;
    this.touch(entry);
    if (entry.warmth !== undefined) entry.warmth.touched = then as number;
  }

  settle(commit: number, { payload, dead, spill }: PendingBlock): void {
    if (payload !== undefined) this.#blocks.wrote(commit, this.#prepared);
    this.#blocks.left(this.#leaving);
    for (const entry of this.#changed) {
      entry.dirty = false;
      entry.remembered = undefined;
    }
    this.#blocks.died(dead);
    if (this.#spill !== undefined && spill !== undefined) {
      // What is put into the tree has left, as what was removed has.
      this.#blocks.left([...this.#spill.leaving]);
      for (const entry of this.#spill.leaving) {
        entry.removed = true;
        this.#takeOut(entry);
      }
      this.#spill.settle(spill);
    }
    this.#prepared = [];
    this.#changed = [];
    this.#dropped = [];
    this.#leaving = [];
  }

  restore(blocks: Iterable<StoredBlock>): void {
    const there = new Map<number, Entry<V>>();
    for (const { commit, payload } of blocks) {
      const block = decodeEntries(payload);
      const dropped = new Set(block.dropped);
      const gone = [...there.values()].filter(({ space }) => dropped.has(space));
      for (const entry of gone) {
        entry.removed = true;
        there.delete(entry.order);
      }
      const written = block.order.map((order, i): Entry<V> => {
        const known = there.get(order);
        const entry = known ?? this.#restored(block, i, order);
        entry.value = block.value[i] as V;
        entry.removed = !(block.there[i] as boolean);
        if (entry.warmth !== undefined) entry.warmth.touched = (this.#spill as EntrySpill<V>).clock;
        if (entry.removed && known !== undefined) gone.push(entry);
        if (entry.removed) there.delete(order);
        else there.set(order, entry);
        this.#nextOrder = Math.max(this.#nextOrder, order + 1);
        return entry;
      });
      this.#blocks.wrote(commit, written);
      this.#blocks.left(gone);
      if (this.#spill !== undefined) this.#spill.clock += 1;
    }
    for (const { warmth } of there.values()) if (warmth?.shadowing === true) (this.#spill as EntrySpill<V>).shadowing += 1;
    for (const entry of [...there.values()].sort((a, b) => a.order - b.order)) this.#insert(entry);
  }

  #restored(block: EntryBlock, i: number, order: number): Entry<V> {
    const [space, parts] = [block.space[i] as number, block.parts[i] as KeyPart[]];
    const warmth = space === TABLE_SPACE ? this.#spill?.warmthOf(parts, block.shadowing?.[i] === true) : undefined;
    return { space, parts, order, value: block.value[i] as V, block: 0, dirty: false, remembered: undefined, removed: false, warmth };
  }

  #insert(entry: Entry<V>): void {
    let space = this.#spaces.get(entry.space);
    if (space === undefined) {
      space = new EntrySpace();
      this.#spaces.set(entry.space, space);
    }
    space.keys.set(entry.parts, entry);
    space.list.add(entry);
  }

  #leave(entry: Entry<V>): void {
    entry.removed = true;
    if (this.#durable) this.#leaving.push(entry);
  }
}

/** An entry as it is on disk. */
function coldEntry<V>(parts: readonly KeyPart[], value: V): Entry<V> {
  return { space: TABLE_SPACE, parts, order: 0, value, block: 0, dirty: false, remembered: undefined, removed: false, warmth: undefined };
}

function blockOf(list: readonly Entry<unknown>[], dropped: readonly number[], leaving?: ReadonlySet<Entry<unknown>>): EntryBlock {
  const isThere = (entry: Entry<unknown>): boolean => !entry.removed && leaving?.has(entry) !== true;
  return {
    dropped,
    space: list.map(({ space }) => space),
    order: list.map(({ order }) => order),
    parts: list.map(({ parts }) => parts),
    there: list.map(isThere),
    value: list.map((entry) => (isThere(entry) ? entry.value : null)),
    shadowing: leaving === undefined ? undefined : list.map((entry) => entry.warmth?.shadowing === true && isThere(entry)),
  };
}
