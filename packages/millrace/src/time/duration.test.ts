import { expect, test } from 'vitest';
import { outOfOrder } from './completeness.ts';
import { days, hours, milliseconds, minutes, seconds } from './duration.ts';
import { ASSUMED, DECLARED, ENDED, PROVED, evidenceNames } from './evidence.ts';

test('durations are whole milliseconds', () => {
  expect([milliseconds(1), seconds(1.5), minutes(2), hours(1), days(1)]).toEqual([1, 1500, 120_000, 3_600_000, 86_400_000]);
});

test.each([-1, 0.0001, Number.NaN, Infinity, 1e16])('seconds(%d) is refused', (n) => {
  expect(() => seconds(n)).toThrow(`seconds(${n}) is not a whole, non-negative number of milliseconds`);
});

test.each([-1, 0.5, Number.NaN, Infinity])('a bound of %d is refused', (bound) => {
  expect(() => outOfOrder(bound)).toThrow('expected a non-negative whole number of milliseconds');
});

test('a set of evidence names its parts, strongest first, and equal sets are one list', () => {
  expect(evidenceNames(0)).toEqual([]);
  expect(evidenceNames(DECLARED | PROVED | ASSUMED | ENDED)).toEqual(['proved', 'ended', 'assumed', 'declared']);
  expect(evidenceNames(ENDED | ASSUMED)).toBe(evidenceNames(ASSUMED | ENDED));
});
