import { expect, test } from 'vitest';
import { exponential, lognormalLength, normal, zipfIndex } from './distribution.ts';
import { seededRandom } from './random.ts';

const count = 100_000;
const draws = (draw: () => number): number[] => Array.from({ length: count }, draw);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test('an exponential gap is 1 on average, never 0 and never infinite', () => {
  const values = draws(() => exponential(seeded));
  expect(mean(values)).toBeCloseTo(1, 1);
  expect(exponential(() => 0)).toBeLessThan(23);
  expect(exponential(() => 1 - 2 ** -32)).toBeGreaterThan(0);
});

test('a normal variate has mean 0 and standard deviation 1', () => {
  const values = draws(() => normal(seeded));
  expect(mean(values)).toBeCloseTo(0, 1);
  expect(mean(values.map((value) => value ** 2))).toBeCloseTo(1, 1);
});

test('a length is whole, around its median, and within 1 and its limit', () => {
  const values = draws(() => lognormalLength(seeded, { median: 100, sigma: 1, max: 500 })).sort((a, b) => a - b);
  expect(values[count / 2]! / 100).toBeCloseTo(1, 1);
  expect(values.every(Number.isSafeInteger)).toBe(true);
  expect(values[0]).toBeGreaterThanOrEqual(1);
  expect(values.at(-1)).toBe(500);
});

test('the shares of a popularity fall as 1, 1/2, 1/3', () => {
  const shares = [0, 0, 0];
  for (const index of draws(() => zipfIndex(seeded, 3))) shares[index]!++;
  expect(shares.map((share) => share / shares[0]!)).toEqual([1, expect.closeTo(1 / 2, 1), expect.closeTo(1 / 3, 1)]);
  expect(zipfIndex(() => 1 - 2 ** -32, 3)).toBe(2);
  expect(zipfIndex(() => 0.5, 1)).toBe(0);
});

const seeded = seededRandom('distributions');
