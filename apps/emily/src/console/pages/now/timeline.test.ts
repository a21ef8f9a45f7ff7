import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UsageWindow } from '../../api.ts';
import type { LivePoint } from '../../live/live-point.ts';
import { perMinute, perSecond, type Metered } from './timeline.ts';

const MINUTE = 60_000;
const point = (at: number, requests = 1): LivePoint => ({ at, requests, inputTokens: 0, outputTokens: 0 });
const minute = (number: number, requests = 60, finality: 'final' | 'provisional' = 'final'): UsageWindow => ({
  window: { start: number * MINUTE, end: (number + 1) * MINUTE },
  measured: 'here', requests, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, finality, evidence: finality === 'final' ? ['assumed'] : [],
});
const tenMinutes = Array.from({ length: 10 }, (_, number) => minute(number));
const span = { from: 0, to: 10 * MINUTE };
const metered = (minutes: readonly UsageWindow[], frontier = 0, askedAt = 10 * MINUTE): Metered => ({ minutes, askedAt, frontier });

test('a page that has just opened shows the means of the meter’s minutes', () => {
  const rows = perSecond([], metered([minute(0, 120), minute(1, 30)]), span);
  expect(rows.map(({ from, to, requests }) => [from, to, requests])).toEqual([[0, MINUTE, 2], [MINUTE, 2 * MINUTE, 0.5]]);
});

test('what was heard live takes the place of the means', () => {
  const rows = perSecond([point(90_000, 7), point(91_000, 8)], metered([minute(0), minute(1)]), { from: 0, to: 91_000 });
  expect(rows.map(({ from, to, requests }) => [from, to, requests])).toEqual([[0, MINUTE, 1], [MINUTE, 89_000, 1], [89_000, 90_000, 7], [90_000, 91_000, 8]]);
});

test('a hole in what was heard is filled with the mean, and stays a hole where the meter has nothing', () => {
  const points = [point(10_000), point(30_000), point(200_000)];
  const rows = perSecond(points, metered([minute(0)]), { from: 9_000, to: 200_000 });
  expect(rows.map(({ from, to }) => [from, to])).toEqual([[9_000, 10_000], [10_000, 29_000], [29_000, 30_000], [30_000, MINUTE], [199_000, 200_000]]);
});

test('what was heard is never final: once the frontier has passed its minute, the meter alone says what that minute was', () => {
  const heard = Array.from({ length: 119 }, (_, second) => point((second + 1) * 1_000, 1.5));
  const until = { from: 0, to: 119_000 };
  // Everything heard lies behind the frontier, but the second minute is not over.
  const rows = perSecond(heard, metered([minute(0, 136), { ...minute(1, 80), finality: 'provisional', evidence: [] }], 119_000), until);
  expect(rows[0]).toEqual({ from: 0, to: MINUTE, requests: 136 / 60, inputTokens: 0, outputTokens: 0, finality: 'final', evidence: ['assumed'] });
  expect(rows.slice(1).map(({ from, to, requests, finality }) => [from, to, requests, finality]))
    .toEqual(heard.slice(60).map(({ at }) => [at - 1_000, at, 1.5, 'provisional']));
  // A reload hears nothing of the past, and shows the same of what is passed.
  expect(perSecond([], metered([minute(0, 136)], 119_000), until)[0]).toEqual(rows[0]);
});

test('what was heard makes way for the meter also where that holds nothing, and where it is not final yet', () => {
  const heard = [point(30_000, 7), point(31_000, 7), point(60_500, 7), point(121_000, 7)];
  const still = { ...minute(1), finality: 'provisional', evidence: [] } as const;
  const rows = perSecond(heard, metered([still], 2 * MINUTE), { from: 0, to: 121_000 });
  expect(rows.map(({ from, to, requests, finality }) => [from, to, requests, finality])).toEqual([[MINUTE, 2 * MINUTE, 1, 'provisional'], [2 * MINUTE, 121_000, 7, 'provisional']]);
});

test('of the minute that runs, the mean of what was metered of it fills the time before the page listened', () => {
  const running = { ...minute(1, 45), finality: 'provisional', evidence: [] } as const;
  const rows = perSecond([point(90_000, 7)], metered([minute(0), running], 0, 90_000), { from: 0, to: 90_000 });
  expect(rows.map(({ from, to, requests, finality }) => [from, to, requests, finality])).toEqual([[0, MINUTE, 1, 'final'], [MINUTE, 89_000, 1.5, 'provisional'], [89_000, 90_000, 7, 'provisional']]);
});

test('no second is drawn twice, whatever was heard', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 10 * MINUTE })), fc.nat(11 * MINUTE), (moments, frontier) => {
    const rows = perSecond(moments.sort((a, b) => a - b).filter((at, index, all) => index === 0 || at - (all[index - 1] ?? 0) >= 1_000).map((at) => point(at)), metered(tenMinutes, frontier), span);
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
