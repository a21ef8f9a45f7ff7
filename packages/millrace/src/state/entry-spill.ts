import { stretchOf } from '../store/spilled-key.ts';
import { Cooling, type CoolingPart, type CoolingPool } from './cooling.ts';
import type { Entry, Warmth } from './entry.ts';
import type { KeyPart } from './key.ts';
import { KeyMap } from './key-map.ts';
import type { SpillTo } from './persisted.ts';
import { type PendingSpill, Spilled, type Spilling } from './spilled.ts';

/** The entries of a table without windows that have left memory for the store's tree, and those that are to. */
export class EntrySpill<V> implements CoolingPool<Entry<V>> {
  readonly spilled: Spilled;
  readonly #mayLeave: (entry: Entry<V>) => boolean;
  readonly #cooling = new Cooling<Entry<V>>();
  /** Those in memory. */
  #hot: ReadonlySet<Entry<V>> = new Set();
  /** Removed since the last commit, and still in the tree. */
  #gone = new KeyMap<Entry<V>>();
  #goneKeys: Spilling[] = [];
  /** Chosen to leave memory with the commit that is being prepared. */
  leaving: ReadonlySet<Entry<V>> = new Set();
  clock = 0;
  /** How many entries in memory, or removed since the last commit, the tree has an older version of. */
  shadowing = 0;

  constructor({ tree, hotMax, count }: SpillTo, mayLeave: (entry: Entry<V>) => boolean) {
    this.spilled = new Spilled(tree(1), hotMax, count);
    this.#mayLeave = mayLeave;
  }

  /** The value of a key that is not in memory; `{ value }`. */
  find(parts: readonly KeyPart[]): { readonly value: V } | undefined {
    const found = this.#gone.get(parts) === undefined ? this.spilled.find(parts) : undefined;
    return found === undefined ? undefined : { value: found[0] as V };
  }

  /** All entries that are on disk only. */
  *all(isHot: (parts: readonly KeyPart[]) => boolean): Iterable<{ readonly parts: readonly KeyPart[]; readonly value: V }> {
    for (const { parts, values } of this.spilled.rows()) {
      if (!isHot(parts) && this.#gone.get(parts) === undefined) yield { parts, value: values[0] as V };
    }
  }

  /** How many there are on disk only. */
  get size(): number {
    return this.spilled.count[0] - this.shadowing;
  }

  warmthOf(parts: readonly KeyPart[], shadowing: boolean): Warmth {
    return { touched: this.clock, stretch: stretchOf(parts), shadowing };
  }

  removed(entry: Entry<V>): void {
    if (entry.warmth?.shadowing !== true) return;
    this.#gone.set(entry.parts, entry);
    this.#goneKeys.push({ key: this.spilled.tree.keyOf(entry.parts) as Uint8Array, values: undefined, isThere: true });
  }

  prepare(hot: ReadonlySet<Entry<V>>): PendingSpill {
    this.#hot = hot;
    const excess = hot.size - this.spilled.hotMax;
    this.leaving = excess > 0 ? this.#cooling.choose(this, excess) : new Set();
    const list: Spilling[] = [...this.#goneKeys];
    for (const { parts, value, warmth } of this.leaving) {
      list.push({ key: this.spilled.tree.keyOf(parts) as Uint8Array, values: [value], isThere: warmth?.shadowing === true });
    }
    return this.spilled.prepare(list);
  }

  /** What has left is durable. */
  settle(spill: PendingSpill): void {
    this.spilled.settle(spill);
    this.shadowing -= this.#goneKeys.length;
    for (const { warmth } of this.leaving) if (warmth?.shadowing === true) this.shadowing -= 1;
    this.#gone = new KeyMap();
    this.#goneKeys = [];
    this.leaving = new Set();
    this.clock += 1;
  }

  get rows(): number {
    return this.#hot.size;
  }

  collect({ from, to, until }: CoolingPart, chosen: Set<Entry<V>>): void {
    for (const entry of this.#hot) {
      const { stretch, touched } = entry.warmth as Warmth;
      if (stretch < from || stretch >= to || touched > until || entry.dirty || entry.block === 0) continue;
      if (this.#mayLeave(entry) && this.spilled.tree.keyOf(entry.parts) !== undefined) chosen.add(entry);
    }
  }

  countByTouch(counts: Map<number, number>): void {
    for (const { warmth } of this.#hot) counts.set((warmth as Warmth).touched, (counts.get((warmth as Warmth).touched) ?? 0) + 1);
  }
}
