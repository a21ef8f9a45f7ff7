import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KEY_BYTES_MAX } from '../port/backend.ts';
import { type SpilledPart, decodeSpilledKey, encodeSpilledKey, stretchOf } from './spilled-key.ts';

const number = fc.oneof(fc.nat(), fc.integer(), fc.double({ noNaN: true }), fc.constantFrom(2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, Infinity, -Infinity, 0.5)).map((one) => (one === 0 ? 0 : one));
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '1', 'true', '\ud800', 'é\udfff'));
const part: fc.Arbitrary<SpilledPart> = fc.oneof(number, text, fc.bigInt(), fc.boolean(), fc.constant(null));
const hexOf = (parts: readonly SpilledPart[]): string => Buffer.from(encodeSpilledKey(parts) as Uint8Array).toString('hex');

test('a key comes back as it was', () => {
  fc.assert(fc.property(fc.array(part, { maxLength: 5 }), (parts) => void expect(decodeSpilledKey(encodeSpilledKey(parts) as Uint8Array)).toEqual(parts)));
});

test('different keys have different bytes, whatever their parts look like', () => {
  const keys: readonly SpilledPart[][] = [[], [1], ['1'], [1n], [true], ['true'], [null], ['null'], [''], ['', ''], ['a', 'b'], ['ab'], ['a', 'b', ''], [1, 1], [-1], [1.5], [0], [false], [2 ** 32], ['\ud800'], ['\ufffd']];
  expect(new Set(keys.map(hexOf)).size).toBe(keys.length);
  fc.assert(fc.property(fc.array(part, { maxLength: 3 }), fc.array(part, { maxLength: 3 }), (one, other) => {
    const isSame = one.length === other.length && one.every((value, i) => Object.is(value, other[i]));
    expect(hexOf(one) === hexOf(other)).toBe(isSame);
  }));
});

test('what is no part of a key has no bytes', () => {
  for (const none of [{}, undefined, Symbol('a'), () => 1, [true]]) expect(encodeSpilledKey([none as never])).toBeUndefined();
});

test('0 and −0 are one key', () => {
  expect(hexOf([-0])).toBe(hexOf([0]));
});

test('a key is as long as a key of a store may be, and not a byte longer', () => {
  const longest = KEY_BYTES_MAX - 3 - 1 - 3;
  expect(encodeSpilledKey(['x'.repeat(longest)])?.length).toBe(KEY_BYTES_MAX - 3);
  expect(encodeSpilledKey(['x'.repeat(longest + 1)])).toBeUndefined();
  expect(encodeSpilledKey([...Array.from({ length: 204 }, () => 1), null])).toBeUndefined();
});

test('keys are spread over all stretches', () => {
  expect(new Set(Array.from({ length: 10_000 }, (_, i) => stretchOf([i]))).size).toBe(256);
  expect(new Set(Array.from({ length: 10_000 }, (_, i) => stretchOf([`user-${i}`, 'x']))).size).toBe(256);
});

test('what is no key is refused: it is cut short, has a part of no kind, or lies in another stretch', () => {
  const bytes = encodeSpilledKey(['some', 5]) as Uint8Array;
  const changed = (at: number, to: number): Uint8Array => bytes.map((byte, i) => (i === at ? to : byte));
  for (const wrong of [bytes.subarray(0, bytes.length - 1), new Uint8Array(0), changed(1, 99), changed(3, 250), changed(0, (bytes[0] as number) ^ 1)]) {
    expect(() => decodeSpilledKey(wrong)).toThrow(expect.objectContaining({ code: 'BAD_KEY' }));
  }
});
