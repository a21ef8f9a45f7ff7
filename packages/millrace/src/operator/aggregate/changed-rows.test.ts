import { expect, test } from 'vitest';
import { ChangedRows } from './changed-rows.ts';

test('a row is there once it was added, until all are cleared, with what it was before', () => {
  const changed = new ChangedRows<string>();
  expect([-1, 0, 1000].map((row) => changed.has(row))).toEqual([false, false, false]);
  changed.add(1000, 'thousand');
  changed.add(0, undefined);
  changed.add(63, 'sixty-three');
  changed.add(64, 'sixty-four');
  expect([-1, 0, 1, 63, 64, 1000, 1001].map((row) => changed.has(row))).toEqual([false, true, false, true, true, true, false]);
  expect(changed.rows()).toEqual([1000, 0, 63, 64]);
  expect(changed.rows().map((row) => changed.before(row))).toEqual(['thousand', undefined, 'sixty-three', 'sixty-four']);
  changed.clear();
  expect(changed.rows()).toEqual([]);
  expect([0, 63, 64, 1000].map((row) => changed.has(row))).toEqual([false, false, false, false]);
  changed.add(0, 'again');
  expect([0, 63, 64, 1000].map((row) => changed.has(row))).toEqual([true, false, false, false]);
  expect(changed.before(0)).toBe('again');
});
