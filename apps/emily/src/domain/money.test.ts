import fc from 'fast-check';
import { expect, test } from 'vitest';
import { euro, minor, minorText, pico, picoOf, picoText, roundToMinor, type Currency } from './money.ts';

const cent = 10_000_000_000n;
const rounded = (amount: bigint, currency: Currency = euro): bigint => roundToMinor(pico(amount), currency);

test('what is less than half a cent goes, what is more becomes one', () => {
  expect(rounded(cent / 2n - 1n)).toBe(0n);
  expect(rounded(cent / 2n + 1n)).toBe(1n);
  expect(rounded(-(cent / 2n) + 1n)).toBe(0n);
  expect(rounded(-(cent / 2n) - 1n)).toBe(-1n);
});

test('a half goes to the even neighbour, above zero and below', () => {
  const halves = [-5n, -3n, -1n, 1n, 3n, 5n].map((n) => rounded((n * cent) / 2n));
  expect(halves).toEqual([-2n, -2n, 0n, 0n, 2n, 2n]);
});

test('currencies have 0, 2 or 3 decimals, and each is rounded to its own', () => {
  const [yen, dinar] = [{ code: 'JPY', decimals: 0 }, { code: 'KWD', decimals: 3 }];
  expect(rounded(1_500_000_000_000n, yen)).toBe(2n);
  expect(rounded(1_234_500_000n, dinar)).toBe(1n);
  expect(minorText(minor(1234n), yen)).toBe('1234');
  expect(minorText(minor(1234n), dinar)).toBe('1.234');
});

test('amounts are written out with the decimals of their currency', () => {
  expect([0n, 5n, 123n, -5n, -123_456n].map((amount) => minorText(minor(amount), euro))).toEqual(['0.00', '0.05', '1.23', '-0.05', '-1234.56']);
});

test('exact amounts are written with the decimals that count, and no others', () => {
  const texts = [0n, cent, 1n, 1_000_000_000_000n, 10_000_000_000_000n, -2_500_000_000n].map((amount) => picoText(pico(amount)));
  expect(texts).toEqual(['0', '0.01', '0.000000000001', '1', '10', '-0.0025']);
});

test('rounding is never off by more than half a unit, and takes no side', () => {
  fc.assert(fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (amount) => {
    const off = rounded(amount) * cent - amount;
    expect(2n * (off < 0n ? -off : off) <= cent).toBe(true);
    // Not -0n but the same size: what is owed and what is given back round alike.
    expect(rounded(-amount)).toBe(-rounded(amount));
  }));
});

test('an amount is read as it is written, exactly, or not at all', () => {
  expect(['0', '5', '5.00', '0.000000000001', '999999999999999.999999999999'].map(picoOf)).toEqual([0n, 5_000_000_000_000n, 5_000_000_000_000n, 1n, 999_999_999_999_999_999_999_999_999n]);
  for (const text of ['', '.5', '5.', '-1', '+1', '05', '1e3', '1,5', ' 5', '5 EUR', '0.0000000000001', '1000000000000000', '٥']) expect([text, picoOf(text)]).toEqual([text, undefined]);
});

test('what is written is what is meant: the text of an exact amount is the amount', () => {
  fc.assert(fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), (amount) => {
    const [, sign, whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d*[1-9]))?$/.exec(picoText(pico(amount))) ?? [];
    const back = BigInt(whole) * 10n ** 12n + BigInt(fraction.padEnd(12, '0'));
    expect(sign === '-' ? -back : back).toBe(amount);
  }));
});
