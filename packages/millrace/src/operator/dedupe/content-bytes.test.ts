import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RUNS } from '../../testing/fixture-scenario.ts';
import { ContentBytes } from './content-bytes.ts';

const writer = new ContentBytes();

function bytesOf(value: unknown): string {
  writer.set(value);
  return Buffer.from(writer.bytes.subarray(0, writer.length)).toString('latin1');
}

test.each<[string, readonly unknown[]]>([
  ['kinds that look alike', [5, '5', 5n, [5], ['5'], { 5: 5 }, new Set([5]), new Map([[5, 5]]), true, 'true', null, undefined, 'null', new Date(5)]],
  ['what is nested elsewhere', [[1, [2]], [[1], 2], [[1, 2]], [1, 2], [[], 1, 2], { a: { b: 1 } }, { a: {}, b: 1 }, { a: { b: {} } }, [{ a: 1 }, { b: 2 }], [{ a: 1, b: 2 }]]],
  ['texts', ['', 'a', 'ab', 'é', 'e\u0301', '\ud800', '\udc00', '\0']],
  ['bytes', [new Uint8Array([1, 2]), new Uint8Array([1]), [1, 2], '\u0001\u0002']],
  ['numbers', [0, 1, -1, Number.NaN, Infinity, 0.1 + 0.2, 0.3, 2 ** 53]],
  ['names that are the object’s own business', [{ constructor: 1 }, { ['__proto__']: 1 }, { toString: 1 }, {}]],
])('different contents have different bytes: %s', (_, values) => {
  expect(new Set(values.map(bytesOf)).size).toBe(values.length);
});

test('fields have no order, and those that are undefined are not there', () => {
  expect(bytesOf({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(bytesOf({ b: [{ d: 3, c: 2 }], a: 1 }));
  expect(bytesOf({ a: 1, b: undefined })).toBe(bytesOf({ a: 1 }));
  expect(bytesOf([0])).toBe(bytesOf([-0]));
});

test('records of more shapes than are remembered', () => {
  const records = Array.from({ length: 50 }, (_, i) => ({ [`z${i}`]: 1, [`a${i}`]: 2 }));
  for (let round = 0; round < 2; round += 1) {
    records.forEach((record, i) => expect(bytesOf(record)).toBe(bytesOf({ [`a${i}`]: 2, [`z${i}`]: 1 })));
  }
});

test('a long content', () => {
  const long = 'x'.repeat(100_000);
  expect(bytesOf({ long, list: Array.from({ length: 10_000 }, (_, i) => i) })).toHaveLength(1 + 5 + 4 + 1 + 5 + 100_000 + 5 + 4 + 1 + 4 + 90_000 + 1);
});

test('what is no plain data is refused, and so is a circle', () => {
  const circle: unknown[] = [];
  circle.push(circle);
  for (const value of [() => 1, Symbol('s'), new URL('http://localhost'), circle]) expect(() => bytesOf(value)).toThrow('cannot be stored');
});

test('two JSON values have the same bytes exactly if they are the same', () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  const canonical = (value: unknown): string =>
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)) : inner,
    );
  const property = fc.property(json, json, (one, other) => {
    const same = canonical(one) === canonical(other) && Array.isArray(one) === Array.isArray(other);
    if (same) expect(bytesOf(one)).toBe(bytesOf(other));
    expect(bytesOf(structuredClone(one))).toBe(bytesOf(one));
    if (!same && canonical(one) !== canonical(other)) expect(bytesOf(one)).not.toBe(bytesOf(other));
  });
  fc.assert(property, { numRuns: 2 * RUNS });
});
