import { expect, test } from 'vitest';
import type { KeyPart } from '../../state/key.ts';
import type { StoredBlock } from '../../state/persisted.ts';
import { KeyedState, NEVER } from './keyed-state.ts';

/** A state on a disk that is a list. */
function stored(depth = 1): { state: KeyedState; commit: () => void; reopened: () => KeyedState } {
  const state = new KeyedState('kept', depth, true);
  let blocks: StoredBlock[] = [];
  let number = 0;
  return {
    state,
    commit() {
      number += 1;
      const pending = state.prepare();
      if (pending.payload !== undefined) blocks.push({ commit: number, payload: Buffer.concat([pending.payload].flat()) });
      blocks = blocks.filter(({ commit }) => !pending.dead.includes(commit));
      state.settle(number, pending);
    },
    reopened() {
      const again = new KeyedState('kept', depth, true);
      again.restore(blocks);
      return again;
    },
  };
}

/** The values of a state, in the order in which their keys came. */
function inOrder(state: KeyedState): readonly unknown[] {
  const rows = [...state.rows()];
  state.sort(rows);
  return rows.map((row) => state.valueAt(row));
}

test('a key that is cleared is not there; when it comes again it stands behind the others', () => {
  const { state } = stored();
  const [a, b] = [state.create(['a'], 1), state.create(['b'], 2)];
  state.clear(a, ['a']);
  expect(state.find(['a'])).toBe(-1);
  expect(state.find(['b'])).toBe(b);
  expect(state.size()).toBe(1);
  const again = state.create(['a'], 3);
  expect(state.find(['a'])).toBe(again);
  expect(inOrder(state)).toEqual([2, 3]);
});

test('the row of a cleared key is used again', () => {
  const { state } = stored();
  for (let n = 0; n < 100; n += 1) state.clear(state.create([n], n), [n]);
  expect(state.create(['other'], 1)).toBe(0);
  expect(state.size()).toBe(1);
});

test('timers of a key are had, from the first on', () => {
  const { state } = stored();
  const row = state.create(['a'], null);
  expect(state.timerAt(row)).toBe(NEVER);
  for (const time of [30, 10, 20]) state.addTimer(row, time);
  expect([state.timerAt(row), state.timersOf(row)]).toEqual([10, 3]);
  expect([10, 20, 30, 40].map((time) => state.hasTimer(row, time))).toEqual([true, true, true, false]);
  state.removeTimer(row, 20);
  state.removeTimer(row, 10);
  expect([state.timerAt(row), state.timersOf(row)]).toEqual([30, 1]);
  state.removeTimer(row, 30);
  expect([state.timerAt(row), state.timersOf(row)]).toEqual([NEVER, 0]);
});

test.each([0, 1, 2])('after a restart keys, their order, their timers and what is free are as they were committed (keys of %d parts)', (depth) => {
  const { state, commit, reopened } = stored(depth);
  const key = (n: number): readonly KeyPart[] => [[], [`k${n}`], [`k${n % 7}`, n]][depth] as KeyPart[];
  const keys = depth === 0 ? 1 : 300;
  for (let n = 0; n < keys; n += 1) {
    const row = state.create(key(n), n);
    for (let timers = 0; timers < n % 3; timers += 1) state.addTimer(row, 1000 - n + timers);
  }
  commit();
  const before = inOrder(state);
  for (let n = 0; n < keys; n += 2) state.clear(state.find(key(n)), key(n));
  const uncommitted = reopened();
  expect(inOrder(uncommitted)).toEqual(before);
  commit();
  const again = reopened();
  expect(inOrder(again)).toEqual(inOrder(state));
  expect(again.size()).toBe(Math.floor(keys / 2));
  for (let n = 0; n < keys; n += 1) {
    const row = again.find(key(n));
    expect(row).toBe(state.find(key(n)));
    if (row < 0) continue;
    expect([again.timerAt(row), again.timersOf(row)]).toEqual([state.timerAt(row), state.timersOf(row)]);
  }
  again.create(key(0), 'last');
  expect(inOrder(again).at(-1)).toBe('last');
  expect(again.size()).toBe(Math.floor(keys / 2) + 1);
});

test('a key that is no key is refused before anything is there, also where a row is free', () => {
  const { state } = stored();
  expect(() => state.create([Number.NaN], 1)).toThrow('NaN');
  state.clear(state.create(['a'], 1), ['a']);
  expect(() => state.create([Number.NaN], 1)).toThrow('NaN');
  expect(state.size()).toBe(0);
  expect(state.create(['b'], 1)).toBe(0);
});
