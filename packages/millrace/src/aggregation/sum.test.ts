import { describe, expect, test } from 'vitest';
import { DECIMAL_DIGITS_MAX } from './decimal.ts';
import { sum } from './sum.ts';

function total(...values: readonly unknown[]): unknown {
  const summing = sum((value: unknown) => value as number);
  const at = { time: 0, source: 'a', partition: 0, offset: 0 };
  return summing.result(values.reduce((all: ReturnType<typeof summing.create>, value) => summing.add(all, summing.take(value, at)), summing.create()));
}

describe('decimals', () => {
  test.each([
    [['0.1', '0.2'], '0.3'],
    [['1.10', '2.20'], '3.3'],
    [['12.30'], '12.3'],
    [['-0.001', '0.001'], '0'],
    [['-0.5', '0.25'], '-0.25'],
    [['100', '200'], '300'],
    [['99999999999999999999.99', '0.01'], '100000000000000000000'],
    [['1e-7', '2E3', '+1'], '2001.0000001'],
    [['1.5e1', '15e-1'], '16.5'],
    [['007.70'], '7.7'],
  ])('%j add up to %s', (values, expected) => {
    expect(total(...values)).toBe(expected);
  });

  test.each(['', ' 1', '1.', '.5', '0x10', '1_000', 'NaN', 'Infinity', '1,5', '1e', '--1', '١'])('%j is no decimal', (text) => {
    expect(() => total(text)).toThrow(expect.objectContaining({ code: 'NOT_SUMMABLE', data: { found: text } }));
  });

  test('a decimal has a greatest length, and a greatest exponent', () => {
    const longest = '9'.repeat(DECIMAL_DIGITS_MAX);
    expect(total(longest)).toBe(longest);
    expect(() => total(`${longest}9`)).toThrow(expect.objectContaining({ code: 'NOT_SUMMABLE' }));
    expect(total(`1e-${DECIMAL_DIGITS_MAX}`, `1e${DECIMAL_DIGITS_MAX}`)).toHaveLength(2 * DECIMAL_DIGITS_MAX + 2);
    expect(() => total(`1e${DECIMAL_DIGITS_MAX + 1}`)).toThrow(expect.objectContaining({ code: 'NOT_SUMMABLE' }));
    expect(() => total(`1e-${DECIMAL_DIGITS_MAX + 1}`)).toThrow(expect.objectContaining({ code: 'NOT_SUMMABLE' }));
  });
});

test.each([[0.5], [Number.NaN], [2 ** 53], [null], [undefined], [true]])('%s cannot be summed', (value) => {
  expect(() => total(value)).toThrow(expect.objectContaining({ code: 'NOT_SUMMABLE' }));
});

test('a sum may reach the last safe integer, and not pass it, either way', () => {
  expect(total(Number.MAX_SAFE_INTEGER - 1, 1)).toBe(Number.MAX_SAFE_INTEGER);
  expect(() => total(Number.MAX_SAFE_INTEGER, 1)).toThrow(expect.objectContaining({ code: 'SUM_TOO_LARGE' }));
  expect(() => total(Number.MIN_SAFE_INTEGER, -1)).toThrow(expect.objectContaining({ code: 'SUM_TOO_LARGE' }));
});

test('kinds that are mixed add up to the wider one, whichever comes first', () => {
  expect([total(1, 2n), total(2n, 1), total(1, '0.5'), total('0.5', 1n)]).toEqual([3n, 3n, '1.5', '1.5']);
});
