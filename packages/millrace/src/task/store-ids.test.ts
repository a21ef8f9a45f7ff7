import { expect, test } from 'vitest';
import type { Meta } from '../store/meta.ts';
import { StoreIds } from './store-ids.ts';

test('names get numbers in their order, and keep them', () => {
  const ids = new StoreIds(undefined);
  expect([ids.sink('a'), ids.sink('b'), ids.sink('a'), ids.log('bad')]).toEqual([0, 1, 0, 0]);
  expect(ids.logs()).toEqual({ bad: 0 });
});

test('a new name never gets a number that another one has, though one before it is gone', () => {
  const sink = { next: 0, delivered: 0, position: null };
  const meta: Meta = { format: 1, pipeline: 'p', commit: 1, sources: {}, states: {}, sinks: { b: { ...sink, id: 1 } }, logs: {} };
  const ids = new StoreIds(meta);
  expect([ids.sink('b'), ids.sink('c')]).toEqual([1, 2]);
});
