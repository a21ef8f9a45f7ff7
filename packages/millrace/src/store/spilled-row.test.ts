import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeSpilledRow, encodeSpilledRow } from './spilled-row.ts';

const value = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(-0, 2 ** 31, -(2 ** 31), NaN), fc.string(), fc.bigInt(), fc.constantFrom(null, undefined, true), fc.array(fc.integer()), fc.record({ a: fc.string() }));

test('the values of a row come back as they were', () => {
  fc.assert(fc.property(fc.array(value, { maxLength: 40 }), (values) => {
    const found = decodeSpilledRow(encodeSpilledRow(values));
    expect(found).toEqual(values);
    found.forEach((one, i) => expect(typeof one !== 'number' || Object.is(one, values[i])).toBe(true));
  }));
});

test('a count, a time and a revision take 21 bytes', () => {
  expect(encodeSpilledRow([7, 1_700_000_000_000, 3]).length).toBe(2 + 3 + 4 + 8 + 4);
});

test('what is no row is refused', () => {
  const bytes = encodeSpilledRow([1, 'x']);
  expect(() => decodeSpilledRow(bytes.subarray(0, 4))).toThrow(Error);
  expect(() => decodeSpilledRow(Uint8Array.of(1, 0, 9))).toThrow(RangeError);
  expect(() => decodeSpilledRow(Uint8Array.of(...encodeSpilledRow([1]), 0))).toThrow(RangeError);
});
