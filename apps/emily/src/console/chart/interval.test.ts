import { expect, test } from 'vitest';
import { intervalAt, type Interval } from './interval.ts';

const interval = (from: number, to: number): Interval => ({ from, to, final: true, values: [1] });
const intervals = [interval(0, 60), interval(60, 120), interval(130, 131)];

test('a moment belongs to the interval that begins with it, not to the one that ends there', () => {
  expect([0, 59, 60, 130].map((at) => intervalAt(intervals, at))).toEqual([0, 0, 1, 2]);
});

test('before, after and in a hole there is none', () => {
  expect([-1, 125, 131].map((at) => intervalAt(intervals, at))).toEqual([-1, -1, -1]);
});
