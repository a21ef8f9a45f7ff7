import { expect, test } from 'vitest';
import type { StoredBlock } from '../../state/persisted.ts';
import { KeyedState } from './keyed-state.ts';

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
      if (pending.payload !== undefined) blocks.push({ commit: number, payload: pending.payload });
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

/** The rows that have timers, in their order. */
function timed(state: KeyedState): readonly unknown[] {
  const rows = Array.from({ length: state.rows }, (_, row) => [state.valueAt(row), state.timersAt(row)] as const);
  return rows.filter(([, timers]) => timers.length > 0);
}

test('a key that is cleared is not there, and gets a row behind the others when it comes again', () => {
  const { state } = stored();
  const [a, b] = [state.create(['a'], 1), state.create(['b'], 2)];
  state.clear(a);
  expect(state.find(['a'])).toBe(-1);
  expect(state.find(['b'])).toBe(b);
  expect(state.size()).toBe(1);
  const again = state.create(['a'], 3);
  expect(again).toBeGreaterThan(b);
  expect(state.find(['a'])).toBe(again);
});

test.each([1, 2])('once most rows are cleared the others move, in their order, and are found after a restart (keys of %d parts)', (depth) => {
  const { state, commit, reopened } = stored(depth);
  const key = (n: number): readonly (string | number)[] => (depth === 1 ? [`k${n}`] : [`k${n % 7}`, n]);
  for (let n = 0; n < 3000; n += 1) {
    const row = state.create(key(n), n);
    state.setTimers(row, [n + 10_000]);
    if (n === 1500) commit();
  }
  for (let n = 0; n < 2000; n += 1) state.clear(state.find(key(n)));
  const again = state.create(key(5), 'again');
  commit();
  const before = timed(state);
  expect(again).toBe(3000);
  expect(state.tidy()).toBe(true);
  expect(state.tidy()).toBe(false);
  expect(state.find(key(5))).toBe(1000);
  expect(timed(state)).toEqual(before);
  expect(before.length).toBe(1000);
  expect(state.size()).toBe(1001);
  const uncommitted = reopened();
  expect(uncommitted.find(key(5))).toBe(3000);
  expect(uncommitted.size()).toBe(1001);
  expect(uncommitted.tidy()).toBe(true);
  commit();
  const moved = reopened();
  expect(moved.find(key(5))).toBe(1000);
  expect(moved.valueAt(1000)).toBe('again');
  expect(moved.find(key(6))).toBe(-1);
  expect(moved.size()).toBe(1001);
});

test('few cleared rows stay where they are', () => {
  const { state } = stored();
  for (let n = 0; n < 1023; n += 1) state.clear(state.create([n], n));
  expect(state.tidy()).toBe(false);
  state.clear(state.create(['one more'], 0));
  expect(state.tidy()).toBe(true);
  expect(state.size()).toBe(0);
});
