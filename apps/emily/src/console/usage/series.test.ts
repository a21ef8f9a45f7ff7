import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UsageWindow } from '../api.ts';
import { SERIES_MAX, seriesOf, sumOf } from './series.ts';

const row = (start: number, model: string, requests: number, more: Partial<UsageWindow> = {}): UsageWindow =>
  ({ window: { start, end: start + 10 }, model, measured: 'here', requests, inputTokens: 2 * requests, cachedInputTokens: 0, outputTokens: 0, finality: 'final', evidence: ['proved'], ...more });

test('the largest is the first, a window in which one was not used has 0 of it', () => {
  expect(seriesOf([row(0, 'small', 1), row(10, 'big', 5), row(10, 'small', 2)], 'model', 'inputTokens')).toEqual({
    names: ['big', 'small'],
    others: 0,
    rows: [{ from: 0, to: 10, values: [0, 2], total: 2, finality: 'final' }, { from: 10, to: 20, values: [10, 4], total: 14, finality: 'final' }],
  });
});

test('what is more than can be told apart is one, and what was measured here and elsewhere is as sure as the less sure', () => {
  const many = Array.from({ length: SERIES_MAX + 2 }, (_, at) => row(0, `m${at}`, 10 - at));
  const { names, others, rows } = seriesOf([...many, row(0, 'm0', 7, { measured: 'elsewhere', finality: 'provisional', evidence: [] })], 'model', 'requests');
  expect([names, others]).toEqual([['m0', 'm1', 'm2', 'm3', 'm4'], 2]);
  expect(rows).toMatchObject([{ values: [17, 9, 8, 7, 6, 5 + 4], finality: 'provisional' }]);
});

test('nothing is lost and nothing is added, whatever is told apart', () => {
  const some = fc.array(fc.tuple(fc.nat(5), fc.constantFrom(...'abcdefgh'), fc.nat(1_000)));
  fc.assert(fc.property(some, fc.constantFrom('none' as const, 'model' as const), (list, group) => {
    const windows = list.map(([start, model, requests]) => row(10 * start, model, requests));
    const { rows } = seriesOf(windows, group, 'requests');
    const { requests } = sumOf(windows);
    expect(rows.reduce((sum, { values }) => sum + values.reduce((a, b) => a + b, 0), 0)).toBe(requests);
    expect(rows.reduce((sum, { total }) => sum + total, 0)).toBe(requests);
  }));
});
