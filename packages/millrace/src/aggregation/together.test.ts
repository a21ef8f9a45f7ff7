import { expect, test } from 'vitest';
import type { At } from './at.ts';
import { collect } from './collect.ts';
import type { Columns } from './columns.ts';
import { count } from './count.ts';
import { custom } from './custom.ts';
import { distinct } from './distinct.ts';
import { max } from './extreme.ts';
import { quantile } from './quantile.ts';
import { sum } from './sum.ts';
import { together } from './together.ts';

const at: At = { time: 5, source: 'a', partition: 0, offset: 0 };

function row<V>(columns: Columns<number, V>, values: readonly number[]): unknown[][] {
  const kept = Array.from({ length: columns.slots }, (): unknown[] => []);
  columns.create(kept, 0);
  for (const value of values) columns.add(kept, 0, value, at);
  return kept;
}

const itself = (n: number): number => n;

test('the result has the names in their order, and one aggregation may have two of them', () => {
  const list = collect<number>();
  const columns = together({ list, n: count(), again: list, most: max(itself) });
  expect(columns.name).toBe('list: collect, n: count, again: collect, most: max');
  const result = columns.result(row(columns, [1, 2]), 0);
  expect(Object.entries(result)).toEqual(Object.entries({ list: [1, 2], n: 2, again: [1, 2], most: 2 }));
});

test('what one refuses when it adds, none has counted: not those that change in place either', () => {
  const columns = together({
    list: collect<number>(),
    kinds: distinct(itself),
    median: quantile(itself, 0.5),
    total: sum((n: number) => (n === 3 ? Number.MAX_SAFE_INTEGER : n)),
  });
  const kept = row(columns, [1, 2]);
  const before = structuredClone(kept);
  expect(() => columns.add(kept, 0, 3, at)).toThrow(expect.objectContaining({ code: 'SUM_TOO_LARGE' }));
  expect(kept).toEqual(before);
  expect(() => columns.merge(kept, 0, row(together({ ...fields(), total: sum(() => Number.MAX_SAFE_INTEGER) }), [9]), 0)).toThrow(expect.objectContaining({ code: 'SUM_TOO_LARGE' }));
  expect(kept).toEqual(before);
});

const fields = (): { list: ReturnType<typeof collect<number>>; kinds: ReturnType<typeof distinct<number>>; median: ReturnType<typeof quantile<number>> } => ({
  list: collect<number>(),
  kinds: distinct(itself),
  median: quantile(itself, 0.5),
});

test('of several that are full, none has changed before the last one was asked', () => {
  const columns = together({ all: collect<number>(), few: collect<number>({ max: 2 }), kinds: distinct(itself, { max: 2 }) });
  const kept = row(columns, [1, 2]);
  const before = structuredClone(kept);
  const full = expect.objectContaining({ code: 'AGGREGATION_FULL', data: { aggregation: 'collect', max: 2 } });
  expect(() => columns.add(kept, 0, 2, at)).toThrow(full);
  expect(() => columns.merge(kept, 0, row(columns, [1]), 0)).toThrow(full);
  expect(kept).toEqual(before);
});

test('one that may be left half done makes all of them so', () => {
  const own = custom({ create: () => 0, add: (n: number) => n + 1, result: (n: number) => n });
  expect([together({ n: count(), own }).atomic, together({ n: count(), list: collect() }).atomic]).toEqual([false, true]);
});

test('no aggregation is none', () => {
  expect(() => together({})).toThrow('names no result');
});
