import { expect, test } from 'vitest';
import { ByKey } from './by-key.ts';

test('what is over is forgotten, and the rest of its key is left in its order', () => {
  const byKey = new ByKey<number>(1);
  for (const item of [3, 1, 2]) byKey.add(['a'], item);
  byKey.add(['b'], 4);
  expect(byKey.left(['a'], (item) => item === 1)).toEqual([3, 2]);
  expect(byKey.left(['a'], () => false)).toEqual([3, 2]);
  expect(byKey.left(['b'], () => false)).toEqual([4]);
  expect(byKey.left(['c'], () => false)).toEqual([]);
});

test('a key of several parts is one of them all; cleared, no key has anything', () => {
  const byKey = new ByKey<number>(2);
  byKey.add(['a', 1], 1);
  byKey.add(['a', 2], 2);
  expect(byKey.left(['a', 2], () => false)).toEqual([2]);
  byKey.clear();
  expect(byKey.left(['a', 2], () => false)).toEqual([]);
  byKey.add(['a', 2], 3);
  expect(byKey.left(['a', 2], () => false)).toEqual([3]);
});
