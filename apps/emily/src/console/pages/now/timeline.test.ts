import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UsageWindow } from '../../api.ts';
import type { LivePoint } from '../../live/live-point.ts';
import { perMinute, perSecond } from './timeline.ts';

const MINUTE = 60_000;
const point = (at: number, requests = 1): LivePoint => ({ at, requests, inputTokens: 0, outputTokens: 0 });
const minute = (number: number, requests = 60, finality: 'final' | 'provisional' = 'final'): UsageWindow => ({
  window: { start: number * MINUTE, end: (number + 1) * MINUTE },
  measured: 'here', requests, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, finality, evidence: finality === 'final' ? ['assumed'] : [],
});
const tenMinutes = Array.from({ length: 10 }, (_, number) => minute(number));
const span = { from: 0, to: 10 * MINUTE };

test('a page that has just opened shows the means of the meter’s minutes', () => {
  const rows = perSecond([], [minute(0, 120), minute(1, 30)], span);
  expect(rows.map(({ from, to, requests }) => [from, to, requests])).toEqual([[0, MINUTE, 2], [MINUTE, 2 * MINUTE, 0.5]]);
});

test('what was heard live takes the place of the means', () => {
  const rows = perSecond([point(90_000, 7), point(91_000, 8)], [minute(0), minute(1, 60, 'provisional')], { from: 0, to: 91_000 });
  expect(rows.map(({ from, to, requests }) => [from, to, requests])).toEqual([[0, MINUTE, 1], [MINUTE, 89_000, 1], [89_000, 90_000, 7], [90_000, 91_000, 8]]);
});

test('a hole in what was heard is filled with the mean, and stays a hole where the meter has nothing', () => {
  const points = [point(10_000), point(30_000), point(200_000)];
  const rows = perSecond(points, [minute(0, 60, 'provisional')], { from: 9_000, to: 200_000 });
  expect(rows.map(({ from, to }) => [from, to])).toEqual([[9_000, 10_000], [10_000, 29_000], [29_000, 30_000], [30_000, MINUTE], [199_000, 200_000]]);
});

test('what was heard is never final; where a minute is, the meter’s own figures take its place', () => {
  const points = Array.from({ length: 120 }, (_, second) => point((second + 1) * 1_000, 9));
  const open = minute(1, 30, 'provisional');
  const rows = perSecond(points, [minute(0, 120), open], { from: 0, to: 2 * MINUTE });
  expect(rows[0]).toEqual({ from: 0, to: MINUTE, requests: 2, inputTokens: 0, outputTokens: 0, finality: 'final', evidence: ['assumed'] });
  expect(rows.slice(1).map(({ requests, finality }) => `${requests} ${finality}`)).toEqual(Array.from({ length: 60 }, () => '9 provisional'));
});

test('no second is drawn twice, whatever was heard', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 10 * MINUTE })), (moments) => {
    const rows = perSecond(moments.sort((a, b) => a - b).filter((at, index, all) => index === 0 || at - (all[index - 1] ?? 0) >= 1_000).map((at) => point(at)), tenMinutes, span);
    rows.forEach((row, index) => {
      expect(row.to).toBeGreaterThan(row.from);
      expect(row.from).toBeGreaterThanOrEqual(rows[index - 1]?.to ?? row.from);
    });
  }));
});

test('minutes keep their totals and what the meter says of them', () => {
  expect(perMinute([minute(0, 5), minute(20, 6)], span)).toEqual([
    { from: 0, to: MINUTE, requests: 5, inputTokens: 0, outputTokens: 0, finality: 'final', evidence: ['assumed'] },
  ]);
});

test('what was measured here and elsewhere in a minute is one bar, as sure as the less sure of the two', () => {
  const here = { ...minute(0, 5), evidence: ['proved'] } as const;
  const elsewhere = { ...minute(0, 2), measured: 'elsewhere' } as const;
  const rows = perMinute([here, elsewhere, { ...minute(1, 3), evidence: ['proved'] }], span);
  expect(rows.map(({ from, requests, finality, evidence }) => [from, requests, finality, ...evidence])).toEqual([[0, 7, 'final', 'assumed'], [MINUTE, 3, 'final', 'proved']]);
  expect(perMinute([here, { ...elsewhere, finality: 'provisional', evidence: [] }], span)).toMatchObject([{ requests: 7, finality: 'provisional', evidence: [] }]);
});
