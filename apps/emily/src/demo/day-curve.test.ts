import { expect, test } from 'vitest';
import { epochMs } from '../domain/names.ts';
import { demandAt } from './day-curve.ts';

const minuteMs = 60_000;
const dayStart = Date.UTC(2026, 0, 1);
const perMinute = Array.from({ length: 1_440 }, (_, minute) => demandAt(epochMs(dayStart + minute * minuteMs), 4, 7));
const hourly = (hour: number): number =>
  perMinute.slice(hour * 60, hour * 60 + 60).reduce((sum, rate) => sum + rate, 0) / 60;

test('over a day the demand has the mean that was asked for', () => {
  expect(perMinute.reduce((sum, rate) => sum + rate, 0) / 1_440).toBeCloseTo(4, 1);
});

test('afternoons are four times as busy as nights', () => {
  expect(hourly(15) / hourly(3)).toBeGreaterThan(3);
  expect(hourly(15) / hourly(3)).toBeLessThan(5);
});

test('demand is never 0, differs from minute to minute and is the same for the same seed', () => {
  expect(Math.min(...perMinute)).toBeGreaterThan(0);
  expect(new Set(perMinute.slice(0, 60)).size).toBe(60);
  expect(demandAt(epochMs(dayStart), 4, 7)).toBe(perMinute[0]);
  expect(demandAt(epochMs(dayStart), 4, 8)).not.toBe(perMinute[0]);
});
