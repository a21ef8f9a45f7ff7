import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UsageWindow } from '../../api.ts';
import type { LivePoint } from '../../live/live-point.ts';
import { perMinute, perSecond } from './timeline.ts';

const MINUTE = 60_000;
const point = (at: number, requests = 1): LivePoint => ({ at, requests, inputTokens: 0, outputTokens: 0 });
const minute = (number: number, requests = 60): UsageWindow => ({
  window: { start: number * MINUTE, end: (number + 1) * MINUTE },
  measured: 'here', requests, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, finality: 'final', evidence: ['assumed'],
});
const tenMinutes = Array.from({ length: 10 }, (_, number) => minute(number));
const span = { from: 0, to: 10 * MINUTE };

test('a page that has just opened shows the means of the meter’s minutes', () => {
  const rows = perSecond([], [minute(0, 120), minute(1, 30)], span, null);
  expect(rows.map(({ from, to, requests }) => [from, to, requests])).toEqual([[0, MINUTE, 2], [MINUTE, 2 * MINUTE, 0.5]]);
});

test('what was heard live takes the place of the means', () => {
  const rows = perSecond([point(90_000, 7), point(91_000, 8)], [minute(0), minute(1)], { from: 0, to: 91_000 }, null);
  expect(rows.map(({ from, to, requests }) => [from, to, requests])).toEqual([[0, MINUTE, 1], [MINUTE, 89_000, 1], [89_000, 90_000, 7], [90_000, 91_000, 8]]);
});

test('a hole in what was heard is filled with the mean, and stays a hole where the meter has nothing', () => {
  const points = [point(10_000), point(30_000), point(200_000)];
  const rows = perSecond(points, [minute(0)], { from: 9_000, to: 200_000 }, null);
  expect(rows.map(({ from, to }) => [from, to])).toEqual([[9_000, 10_000], [10_000, 29_000], [29_000, 30_000], [30_000, MINUTE], [199_000, 200_000]]);
});

test('a second is final once the frontier has passed it', () => {
  const rows = perSecond([point(1_000), point(2_000), point(3_000)], [], { from: 0, to: 3_000 }, 2_000);
  expect(rows.map(({ finality }) => finality)).toEqual(['final', 'final', 'provisional']);
});

test('no second is drawn twice, whatever was heard', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 10 * MINUTE })), (moments) => {
    const rows = perSecond(moments.sort((a, b) => a - b).filter((at, index, all) => index === 0 || at - (all[index - 1] ?? 0) >= 1_000).map((at) => point(at)), tenMinutes, span, null);
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
