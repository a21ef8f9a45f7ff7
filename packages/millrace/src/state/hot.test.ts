import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Backend } from '../port/backend.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { SpillTree, type TreeCount } from '../store/spill-tree.ts';
import { RUNS } from '../testing/fixture-scenario.ts';
import { Entries } from './entries.ts';
import type { PendingBlock, Persisted, StoredBlock } from './persisted.ts';
import { State } from './state.ts';

/*
 * Keys that leave memory: how many stay, which, and that nobody can tell from what a table says.
 */

interface Counting {
  readonly state: Persisted;
  get(key: number): number | undefined;
  put(key: number, value: number): void;
  /** Keys in memory. */
  hot(): readonly number[];
}

/** As groups and `toTable` keep their keys. */
function entries(): Counting & { remove(key: number): void } {
  const state = new Entries<number>({ name: 'numbers', mayLeave: () => true }, true);
  return {
    state,
    get: (key) => state.find(0, [key])?.value,
    put: (key, value) => {
      const entry = state.find(0, [key]);
      if (entry === undefined) return void state.create(0, [key], value);
      state.touch(entry);
      entry.value = value;
    },
    remove: (key) => {
      const entry = state.find(0, [key]);
      if (entry !== undefined) state.remove(entry);
    },
    hot: () => [...state.of(0)].map(({ parts }) => parts[0] as number),
  };
}

/** As aggregations keep theirs. */
function rows(): Counting {
  const state = new State({ name: 'numbers', depth: 1, slots: 1, spills: true }, true);
  const find = (key: number): number => {
    const row = state.space(0).find([key]);
    return row >= 0 ? row : state.promote(state.space(0), [key]);
  };
  const values = (): number[] => state.space(0).values[0] as number[];
  return {
    state,
    get: (key) => {
      const row = find(key);
      return row < 0 ? undefined : values()[row];
    },
    put: (key, value) => {
      let row = find(key);
      if (row < 0) row = state.create(state.space(0), [key]);
      else state.touch(state.space(0), row);
      values()[row] = value;
    },
    hot: () => {
      const space = state.space(0);
      return Array.from({ length: space.size }, (_, row) => row).filter((row) => space.find(space.partsAt(row)) === row).map((row) => space.partsAt(row)[0] as number);
    },
  };
}

/** What a store keeps of it: its blocks, and its tree. */
class Stored<C extends Counting> {
  one: C;
  readonly #make: () => C;
  readonly #hotMax: number;
  readonly #backend: Backend = memoryBackend(new MemoryDisk());
  #blocks: StoredBlock[] = [];
  #count: TreeCount = [0, 0];
  #commit = 0;

  constructor(make: () => C, hotMax: number) {
    this.#make = make;
    this.#hotMax = hotMax;
    this.one = this.#opened();
  }

  commit(): void {
    const { state } = this.one;
    const pending: PendingBlock = state.prepare();
    this.#commit += 1;
    this.#blocks = this.#blocks.filter(({ commit }) => !pending.dead.includes(commit));
    if (pending.payload !== undefined) this.#blocks.push({ commit: this.#commit, payload: Buffer.concat([pending.payload].flat()) });
    this.#backend.transact((txn) => {
      for (const { key, value } of pending.spill?.changes ?? []) {
        if (value === undefined) txn.delete(key);
        else txn.put(key, value);
      }
    });
    this.#count = pending.spill?.count ?? this.#count;
    state.settle(this.#commit, pending);
  }

  crash(): void {
    this.one = this.#opened();
    this.one.state.restore(this.#blocks);
  }

  #opened(): C {
    const one = this.#make();
    one.state.spillTo?.({ tree: (slots) => new SpillTree(this.#backend, 0, 'numbers', slots), hotMax: this.#hotMax, count: this.#count });
    return one;
  }
}

const KINDS: readonly (readonly [string, () => Counting])[] = [['entries', entries], ['rows', rows]];

test.each(KINDS)('%s: behind a commit there are as many keys in memory as allowed, and those that it changed', (_, make) => {
  const [hotMax, changed] = [50, 20];
  const stored = new Stored(make, hotMax);
  for (let from = 0; from < 1_000; from += changed) {
    for (let key = from; key < from + changed; key += 1) stored.one.put(key, key);
    stored.commit();
    expect(stored.one.hot().length).toBeLessThanOrEqual(hotMax + changed);
  }
  stored.commit();
  // Those of a stretch of the tree go together, so a few more may go.
  expect(stored.one.hot().length).toBeLessThanOrEqual(hotMax);
  expect(stored.one.hot().length).toBeGreaterThan(0.8 * hotMax);
  expect(stored.one.state.size()).toBe(1_000);
  for (let key = 0; key < 1_000; key += 1) expect(stored.one.get(key)).toBe(key);
  // Who was only looked at leaves again.
  for (let times = 0; times < 2; times += 1) stored.commit();
  expect(stored.one.hot().length).toBeLessThanOrEqual(hotMax);
});

test.each(KINDS)('%s: keys that are used stay, whatever comes beside them', (_, make) => {
  const stored = new Stored(make, 200);
  const used = Array.from({ length: 50 }, (_none, key) => key);
  for (let round = 0; round < 60; round += 1) {
    // What has changed cannot leave; in the other rounds it may.
    if (round % 2 === 0) for (const key of used) stored.one.put(key, round);
    for (let i = 0; i < 20; i += 1) stored.one.put(1_000 + 20 * round + i, round);
    stored.commit();
    const hot = new Set(stored.one.hot());
    expect(used.filter((key) => !hot.has(key))).toEqual([]);
  }
});

interface Step {
  readonly do: 'put' | 'get' | 'remove' | 'commit' | 'crash';
  readonly key: number;
  readonly value: number;
}

test('whatever is put, removed, put again, committed and lost: it says what it would say with all in memory', () => {
  const what = fc.oneof({ weight: 4, arbitrary: fc.constant('put' as const) }, { weight: 3, arbitrary: fc.constantFrom('remove' as const, 'commit' as const) }, { weight: 1, arbitrary: fc.constantFrom('get' as const, 'crash' as const) });
  const step = fc.record({ do: what, key: fc.nat(5), value: fc.nat(99) });
  const property = fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps: readonly Step[]) => {
    const stored = new Stored(entries, 1);
    let now = new Map<number, number>();
    let durable = new Map<number, number>();
    for (const { do: deed, key, value } of steps) {
      if (deed === 'put') {
        stored.one.put(key, value);
        now.set(key, value);
      } else if (deed === 'remove') {
        stored.one.remove(key);
        now.delete(key);
      } else if (deed === 'commit') {
        stored.commit();
        durable = new Map(now);
      } else if (deed === 'crash') {
        stored.crash();
        now = new Map(durable);
      }
      expect(stored.one.get(key)).toBe(now.get(key));
      expect(stored.one.state.size()).toBe(now.size);
    }
    for (let key = 0; key <= 5; key += 1) expect(stored.one.get(key)).toBe(now.get(key));
  });
  fc.assert(property, { numRuns: RUNS });
});
