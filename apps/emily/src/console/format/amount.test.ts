import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amountParts, compareAmounts, formatMoney, fractionDigits, shareOf } from './amount.ts';

test('an amount larger than a float can hold is shown to its last digit', () => {
  expect(formatMoney('90071992547409931234.56', 'EUR')).toBe('€90,071,992,547,409,931,234.56');
});

test('money has at least its currency’s decimals and loses none it has beyond them', () => {
  expect(formatMoney('0.0125', 'EUR')).toBe('€0.0125');
  expect(formatMoney('3', 'EUR')).toBe('€3.00');
  expect(formatMoney('3', 'JPY')).toBe('JP¥3');
});

test('an amount is cut before its decimal point, and its trailing zeros stay', () => {
  expect(amountParts('1234567.50')).toEqual({ whole: '1,234,567', fraction: '.50' });
  expect(amountParts('-0.50')).toEqual({ whole: '-0', fraction: '.50' });
  expect(amountParts('12')).toEqual({ whole: '12', fraction: '' });
});

test('the room behind the point is that of the longest fraction in the column', () => {
  expect(fractionDigits(['1', '1.5', '0.0125'])).toBe(4);
});

function decimal(cents: bigint, zeros: number): string {
  const digits = String(cents < 0n ? -cents : cents).padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}${'0'.repeat(zeros)}`;
}

test('amounts compare as the integers they are, whatever their decimals', () => {
  fc.assert(fc.property(fc.bigInt(), fc.bigInt(), fc.nat(6), (a, b, more) => {
    expect(compareAmounts(decimal(a, more), decimal(b, 0))).toBe(a < b ? -1 : a > b ? 1 : 0);
  }));
});

test('a share of nothing is nothing, not a division by zero', () => {
  expect(shareOf('0.00', '0.00')).toBe(0);
  expect(shareOf('25.00', '100.00')).toBe(0.25);
});
