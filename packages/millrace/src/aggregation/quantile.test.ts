import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RUNS } from '../testing/fixture-scenario.ts';
import { quantileOf } from '../testing/reference/results.ts';
import { QUANTILE_ERROR_MAX, QUANTILE_ERROR_MIN, type QuantileOptions, quantile } from './quantile.ts';

const at = { time: 0, source: 'a', partition: 0, offset: 0 };

function found(values: readonly number[], q: number, options?: QuantileOptions): number {
  const aggregation = quantile((value: number) => value, q, options);
  return aggregation.result(values.reduce((buckets, value) => aggregation.add(buckets, aggregation.take(value, at)), aggregation.create()));
}

/** Numbers that are not so small that their error is absolute. */
const normal = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => n === 0 || Math.abs(n) > 1e-307);

test('it is off by less than the error, and never to the far side of zero', () => {
  const errors = fc.constantFrom(QUANTILE_ERROR_MIN, 0.001, 0.01, 0.03, QUANTILE_ERROR_MAX);
  const property = fc.property(fc.array(normal, { minLength: 1, maxLength: 50 }), fc.nat(100), errors, (values, hundredths, error) => {
    const exact = quantileOf(values, (value) => value, hundredths) + 0;
    const answer = found(values, hundredths / 100, { error });
    expect(Math.sign(answer)).toBe(Math.sign(exact));
    expect(Math.abs(answer)).toBeLessThanOrEqual(Math.abs(exact));
    expect(Math.abs(exact) - Math.abs(answer)).toBeLessThanOrEqual(Math.abs(exact) * error);
  });
  fc.assert(property, { numRuns: RUNS });
});

test('whole numbers are exact up to the reciprocal of the error', () => {
  for (const error of [QUANTILE_ERROR_MAX, 0.01, 0.003]) {
    for (let n = Math.ceil(-1 / error); n <= 1 / error; n += 1) expect(found([n], 0.5, { error })).toBe(n);
  }
  expect(found([257], 0.5)).toBe(256);
});

describe('which value it is: the ⌈q·n⌉-th', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
  test.each([[0, 1], [0.01, 1], [0.011, 2], [0.07, 7], [0.29, 29], [0.5, 50], [0.99, 99], [0.990001, 100], [1, 100]])('%s of 1 to 100 is %s', (q, expected) => {
    expect(found(hundred, q)).toBe(expected);
  });

  test('the median of two is the lesser', () => {
    expect(found([4, 2], 0.5)).toBe(2);
  });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, '5', 5n, undefined])('%s is refused', (value) => {
  expect(() => found([value as number], 0.5)).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }));
});

test.each([-0.1, 1.1, Number.NaN, 0.9999999])('the quantile %s is none', (q) => {
  expect(() => found([1], q)).toThrow(`quantile(${q}): expected 0 to 1`);
});

test.each([0, 0.000001, 0.2, Number.NaN])('the error %s cannot be asked for', (error) => {
  expect(() => found([1], 0.5, { error })).toThrow('expected 0.00001 to 0.1');
});

test('a bucket whose values were all taken out is gone', () => {
  const aggregation = quantile((value: number) => value, 0.5);
  expect(aggregation.subtract?.(aggregation.add(aggregation.create(), 5), 5)).toEqual(aggregation.create());
});

test('what was never in cannot be taken out: that is a bug of ours', () => {
  const aggregation = quantile((value: number) => value, 0.5);
  expect(() => aggregation.subtract?.(aggregation.create(), aggregation.take(5, at))).toThrow('never in');
});
