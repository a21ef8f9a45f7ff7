import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeChangelog } from '../store/changelog.ts';
import { RUNS } from '../testing/fixture-scenario.ts';
import type { KeyPart } from './key.ts';
import { State } from './state.ts';

/** A state and the blocks that a store would have of it. */
class Stored {
  readonly blocks = new Map<number, Uint8Array>();
  state: State;
  #commit = 0;
  readonly #depth: number;

  constructor(depth = 1) {
    this.#depth = depth;
    this.state = this.#new();
  }

  /** Counts `by` for a key in a space. */
  add(space: number, key: readonly KeyPart[], by: number): void {
    const { state } = this;
    const inside = state.space(space);
    let row = inside.find(key);
    if (row < 0) {
      row = state.create(inside, key);
      (inside.values[0] as unknown[])[row] = by;
    } else {
      state.touch(inside, row);
      (inside.values[0] as number[])[row] = (inside.values[0]?.[row] as number) + by;
    }
  }

  drop(id: number): void {
    const space = this.state.spaces.get(id);
    if (space !== undefined) this.state.drop(space);
  }

  commit(): void {
    const { state } = this;
    const failed = this.#commit % 3 === 0 ? state.prepare() : undefined;
    const pending = state.prepare();
    if (failed !== undefined) expect(pending.dead.slice(0, failed.dead.length)).toEqual(failed.dead);
    this.#commit += 1;
    // Blocks go from the oldest on, or a row could rise again from one that stayed.
    expect(pending.dead).toEqual([...this.blocks.keys()].slice(0, pending.dead.length));
    for (const dead of pending.dead) this.blocks.delete(dead);
    if (pending.payload !== undefined) this.blocks.set(this.#commit, Buffer.concat([pending.payload].flat()));
    state.settle(this.#commit, pending);
  }

  reopened(): State {
    const state = this.#new();
    state.restore([...this.blocks].map(([commit, payload]) => ({ commit, payload })));
    return state;
  }

  /** Loses what has not been committed. */
  crash(): void {
    this.state = this.reopened();
  }

  #new(): State {
    return new State({ name: 'counts', depth: this.#depth, slots: 1 }, true);
  }
}

/** Everything in a state, row by row. */
function content(state: State): unknown {
  return [...state.spaces.values()]
    .toSorted((a, b) => a.id - b.id)
    .filter((space) => space.size > 0)
    .map((space) => [space.id, Array.from({ length: space.size }, (_, row) => [...space.partsAt(row), space.values[0]?.[row]])]);
}

describe('recovery', () => {
  test('rows come back in the order in which they were made, with their newest values', () => {
    const stored = new Stored();
    for (const key of ['b', 'a', 'c']) stored.add(10, [key], 1);
    stored.commit();
    stored.add(10, ['a'], 5);
    stored.add(20, ['d'], 1);
    stored.commit();
    expect(content(stored.reopened())).toEqual([
      [10, [['b', 1], ['a', 6], ['c', 1]]],
      [20, [['d', 1]]],
    ]);
  });

  test('a dropped space stays dropped, also when it was dropped in the commit that made it', () => {
    const stored = new Stored();
    stored.add(10, ['a'], 1);
    stored.commit();
    stored.add(10, ['a'], 1);
    stored.add(20, ['b'], 1);
    stored.drop(10);
    stored.drop(20);
    stored.commit();
    expect(content(stored.reopened())).toEqual([]);
    expect(stored.reopened().size()).toBe(0);
  });

  test('keys of mixed kinds come back as what they were', () => {
    const stored = new Stored(2);
    const keys: readonly KeyPart[][] = [[5, '5'], ['5', 5], [5n, true], [null, 'null'], [false, 0], [2 ** 53 - 1, -0.5], ['', 10n ** 30n]];
    keys.forEach((key, i) => stored.add(0, key, i));
    stored.commit();
    const space = stored.reopened().space(0);
    keys.forEach((key, i) => expect([key, space.find(key)]).toEqual([key, i]));
  });

  test('it equals what was there, after every commit and every crash', () => {
    const action = fc.oneof(
      { weight: 20, arbitrary: fc.record({ do: fc.constant('add' as const), space: fc.nat(4), key: fc.nat(30), by: fc.integer({ min: -5, max: 5 }) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('drop' as const), space: fc.nat(4) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('commit' as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
    );
    const property = fc.property(fc.array(action, { maxLength: 150, size: 'max' }), (actions) => {
      const stored = new Stored();
      // Windows never come back once they were dropped, so spaces get new numbers.
      const epoch = [0, 0, 0, 0, 0];
      const committedEpoch = [...epoch];
      let committed = content(stored.state);
      for (const one of actions) {
        if (one.do === 'add') stored.add(one.space + 10 * (epoch[one.space] as number), [one.key], one.by);
        else if (one.do === 'drop') {
          stored.drop(one.space + 10 * (epoch[one.space] as number));
          epoch[one.space] = (epoch[one.space] as number) + 1;
        } else if (one.do === 'commit') {
          stored.commit();
          committed = content(stored.state);
          committedEpoch.splice(0, 5, ...epoch);
          expect(content(stored.reopened())).toEqual(committed);
        } else {
          stored.crash();
          epoch.splice(0, 5, ...committedEpoch);
          expect(content(stored.state)).toEqual(committed);
        }
      }
    });
    fc.assert(property, { numRuns: RUNS });
  });
});

describe('cleaning', () => {
  const rowsIn = (stored: Stored): number => [...stored.blocks.values()].reduce((rows, payload) => rows + decodeChangelog(payload, 1, 1).row.length, 0);

  test('rows that change all the time: the log stays within about twice what is alive', () => {
    const stored = new Stored();
    for (let round = 0; round < 60; round += 1) {
      for (let key = 0; key < 3000; key += 1) stored.add(0, [key], 1);
      stored.commit();
      expect(stored.blocks.size).toBeLessThanOrEqual(3);
    }
    expect(content(stored.reopened())).toEqual(content(stored.state));
  });

  test('a few that change while many rest: the resting ones are written again now and then, and never lost', () => {
    const stored = new Stored();
    for (let key = 0; key < 5000; key += 1) stored.add(0, [key], 1);
    stored.commit();
    let rowsMax = 0;
    for (let round = 0; round < 200; round += 1) {
      for (let key = 0; key < 100; key += 1) stored.add(0, [(round * 37 + key) % 400], 1);
      stored.commit();
      rowsMax = Math.max(rowsMax, rowsIn(stored));
      if (round % 20 === 0) expect(content(stored.reopened())).toEqual(content(stored.state));
    }
    expect(rowsMax).toBeLessThanOrEqual(2 * 5000 + 200);
    expect(content(stored.reopened())).toEqual(content(stored.state));
  });

  test('a crash in between changes nothing: cleaning goes on from the blocks that are there', () => {
    const stored = new Stored();
    for (let round = 0; round < 80; round += 1) {
      for (let key = 0; key < 1000; key += 1) stored.add(0, [(round * 113 + key) % 4000], 1);
      stored.commit();
      if (round % 7 === 0) stored.crash();
    }
    expect(rowsIn(stored)).toBeLessThanOrEqual(2 * 4000 + 1000);
    expect(content(stored.reopened())).toEqual(content(stored.state));
  });

  test('windows that come and go leave nothing behind', () => {
    const stored = new Stored();
    for (let window = 1; window <= 300; window += 1) {
      for (let key = 0; key < 50; key += 1) stored.add(window, [key], 1);
      if (window > 3) stored.drop(window - 3);
      stored.commit();
    }
    expect(stored.state.size()).toBe(150);
    expect(rowsIn(stored)).toBeLessThanOrEqual(4096 + 50);
    expect(content(stored.reopened())).toEqual(content(stored.state));
  });
});

describe('what queries see', () => {
  test('a dirty row is remembered as it was at the last commit, until the next one', () => {
    const seen: unknown[] = [];
    const state = new State({ name: 'counts', depth: 1, slots: 1, remember: (space, row) => space.values[0]?.[row] }, true);
    const space = state.space(0);
    const row = state.create(space, ['a']);
    (space.values[0] as unknown[])[row] = 1;
    expect([space.dirty[row], space.remembered.has(row)]).toEqual([1, false]);
    state.settle(1, state.prepare());
    for (const value of [2, 3]) {
      state.touch(space, row);
      (space.values[0] as unknown[])[row] = value;
      seen.push(space.remembered.get(row));
    }
    expect(seen).toEqual([1, 1]);
    state.settle(2, state.prepare());
    expect([space.dirty[row], space.remembered.size]).toEqual([0, 0]);
  });

  test('a dropped space is gone for its owner, and is still there for queries until the commit', () => {
    const stored = new Stored();
    stored.add(10, ['a'], 1);
    stored.commit();
    stored.drop(10);
    expect([...stored.state.spaces.keys()]).toEqual([]);
    expect(stored.state.leaving.map(({ id }) => id)).toEqual([10]);
    stored.commit();
    expect(stored.state.leaving).toEqual([]);
  });
});

test.each([[undefined], [Number.NaN], [{}], [Symbol('s')]])('a key with the part %s is refused, with its type, and makes no row', (part) => {
  const stored = new Stored();
  const create = () => stored.state.create(stored.state.space(0), [part as never]);
  expect(create).toThrow(expect.objectContaining({ code: 'BAD_KEY_PART' }));
  expect(stored.state.size()).toBe(0);
});

test('in a list several rows have one key, and come back in the order in which they were made', () => {
  const shape = { name: 'list', depth: 1, slots: 1, isList: true };
  const state = new State(shape, true);
  const space = state.space(3);
  for (const value of [1, 2, 3]) (space.values[0] as unknown[])[state.create(space, ['a'])] = value;
  const pending = state.prepare();
  const again = new State(shape, true);
  again.restore([{ commit: 1, payload: pending.payload as Uint8Array }]);
  expect(again.spaces.get(3)?.values[0]).toEqual([1, 2, 3]);
  expect(again.spaces.get(3)?.parts[0]).toEqual(['a', 'a', 'a']);
  expect(() => again.spaces.get(3)?.find(['a'])).toThrow('not found by their key');
});
