import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Entries } from './entries.ts';
import type { KeyPart } from './key.ts';
import type { PendingBlock, StoredBlock } from './persisted.ts';

/** A state and the blocks that its commits have left, from which it can be opened again. */
class Stored {
  state = new Entries<number>({ name: 'numbers', remember: (entry) => entry.value }, true);
  blocks: StoredBlock[] = [];
  #commit = 0;

  commit(): PendingBlock {
    const pending = this.state.prepare();
    this.#commit += 1;
    this.blocks = this.blocks.filter(({ commit }) => !pending.dead.includes(commit));
    if (pending.payload !== undefined) this.blocks.push({ commit: this.#commit, payload: Buffer.concat([pending.payload].flat()) });
    this.state.settle(this.#commit, pending);
    return pending;
  }

  crash(): void {
    this.state = new Entries<number>({ name: 'numbers', remember: (entry) => entry.value }, true);
    this.state.restore(this.blocks);
  }

  all(): readonly (readonly [number, readonly KeyPart[], number])[] {
    return this.state.spaces().toSorted((a, b) => a - b).flatMap((space) => [...this.state.of(space)].map(({ parts, value }) => [space, parts, value] as const));
  }
}

function put(state: Entries<number>, space: number, parts: readonly KeyPart[], value: number): void {
  const entry = state.find(space, parts);
  if (entry === undefined) state.create(space, parts, value);
  else {
    state.touch(entry);
    entry.value = value;
  }
}

type Step = { readonly do: 'put' | 'remove' | 'drop' | 'commit' | 'crash'; readonly space: number; readonly key: number; readonly value: number };

test('after any puts, removals, drops, commits and crashes it holds what the last commits left, in the order of creation', () => {
  const step = fc.record({
    do: fc.oneof({ weight: 6, arbitrary: fc.constant('put' as const) }, { weight: 3, arbitrary: fc.constantFrom('remove' as const, 'commit' as const, 'crash' as const) }, { weight: 1, arbitrary: fc.constant('drop' as const) }),
    space: fc.nat(2),
    key: fc.nat(4),
    value: fc.nat(99),
  });
  const property = fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps: readonly Step[]) => {
    const stored = new Stored();
    // The model: a list in the order of creation; and as it was at the last commit.
    type Row = { readonly space: number; readonly key: number; value: number };
    let now: Row[] = [];
    let committed: readonly Row[] = [];
    const dropped = new Set<number>();
    let droppedThen = new Set<number>();
    for (const { do: what, space, key, value } of steps) {
      const parts = [key, `k${key}`];
      const known = now.find((row) => row.space === space && row.key === key);
      if (what === 'put' && !dropped.has(space)) {
        put(stored.state, space, parts, value);
        if (known === undefined) now.push({ space, key, value });
        else known.value = value;
      } else if (what === 'remove' && known !== undefined) {
        const entry = stored.state.find(space, parts);
        if (entry !== undefined) stored.state.remove(entry);
        now = now.filter((row) => row !== known);
      } else if (what === 'drop') {
        stored.state.drop(space);
        dropped.add(space);
        now = now.filter((row) => row.space !== space);
      } else if (what === 'commit') {
        stored.commit();
        committed = now.map((row) => ({ ...row }));
        droppedThen = new Set(dropped);
      } else if (what === 'crash') {
        stored.crash();
        now = committed.map((row) => ({ ...row }));
        dropped.clear();
        for (const one of droppedThen) dropped.add(one);
      }
      const shown = now.toSorted((a, b) => a.space - b.space).map((row) => [row.space, [row.key, `k${row.key}`], row.value]);
      expect(stored.all()).toEqual(shown);
      expect(stored.state.size()).toBe(now.length);
      const seen = [...stored.state.all()].flatMap((entry) => {
        const shows = entry.dirty || entry.removed ? entry.remembered : entry.value;
        return shows === undefined ? [] : [`${entry.space} ${entry.parts[0]} ${String(shows)}`];
      });
      expect(seen.toSorted()).toEqual(committed.map((row) => `${row.space} ${row.key} ${row.value}`).toSorted());
    }
  });
  fc.assert(property, { numRuns: 500 });
});

test('the changelog stays within about twice of what is live, and what was removed does not come back', () => {
  const stored = new Stored();
  for (let key = 0; key < 3000; key += 1) put(stored.state, 0, [key], key);
  stored.commit();
  for (let round = 0; round < 50; round += 1) {
    for (let key = 0; key < 300; key += 1) put(stored.state, 0, [key], round);
    stored.commit();
  }
  for (let key = 2000; key < 3000; key += 1) stored.state.remove(stored.state.find(0, [key]) as never);
  stored.commit();
  for (let round = 0; round < 50; round += 1) {
    for (let key = 0; key < 300; key += 1) put(stored.state, 0, [key], round);
    stored.commit();
  }
  expect(stored.blocks.length).toBeLessThan(30);
  stored.crash();
  expect(stored.state.size()).toBe(2000);
  expect(stored.state.find(0, [2500])).toBeUndefined();
  expect(stored.state.find(0, [5])?.value).toBe(49);
  stored.commit();
  expect(stored.commit().payload).toBeUndefined();
});

test('entries are found by the beginning of their keys', () => {
  const { state } = new Stored();
  for (const parts of [['a', 1], ['a', 2], ['b', 1]]) state.create(7, parts, 0);
  expect([...state.under(7, ['a'], 1)].map(({ parts }) => parts[1])).toEqual([1, 2]);
  expect([...state.under(7, [], 2)]).toHaveLength(3);
  expect([...state.under(7, ['b', 1], 0)]).toHaveLength(1);
  expect([...state.under(7, ['c'], 1), ...state.under(8, ['a'], 1)]).toEqual([]);
  state.create(9, [], 5);
  expect(state.find(9, [])?.value).toBe(5);
});

test('a key that cannot be found again is refused', () => {
  expect(() => new Stored().state.create(0, [undefined as never], 1)).toThrow(expect.objectContaining({ code: 'BAD_KEY_PART' }));
});
