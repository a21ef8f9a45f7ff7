import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RUNS } from '../testing/fixture-scenario.ts';
import { changingIndex, keyIndex } from './key-index.ts';
import type { KeyPart } from './key.ts';
import { Space } from './space.ts';

/** Parts that look alike, collide, or sit at an edge. */
const part: fc.Arbitrary<KeyPart> = fc.oneof(
  fc.constantFrom<KeyPart>(5, '5', 5n, true, 'true', false, null, 'null', '', 0, -0, 0n, '0', -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32 + 5, 0.5, 1e300, Infinity),
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 0, max: 40 }).map((n) => n * 0x1_0000),
  fc.integer({ min: 0, max: 40 }).map((n) => `key ${n}`),
);

const textOf = (parts: readonly KeyPart[]): string => JSON.stringify(parts.map((one) => [typeof one, String(one)]));

test.each([0, 1, 2, 3, 4])('keys of %i parts are found as in a map of their texts', (depth) => {
  const keys = fc.array(fc.array(part, { minLength: depth, maxLength: depth }), { maxLength: 400 });
  const property = fc.property(keys, (list) => {
    const space = new Space(0, depth, 0);
    const map = new Map<string, number>();
    for (const key of list) {
      const row = space.find(key);
      expect(row).toBe(map.get(textOf(key)) ?? -1);
      if (row < 0) map.set(textOf(key), space.add(key));
    }
    for (const [text, row] of map) expect(textOf(space.partsAt(row))).toBe(text);
  });
  fc.assert(property, { numRuns: Math.ceil(RUNS / 2) });
});

test('many keys of two parts, each made of small numbers: the table grows and finds them all', () => {
  const space = new Space(0, 2, 0);
  for (let a = 0; a < 200; a += 1) for (let b = 0; b < 200; b += 1) space.add([a, `b${b}`]);
  for (let a = 0; a < 200; a += 1) for (let b = 0; b < 200; b += 1) expect(space.find([a, `b${b}`])).toBe(a * 200 + b);
  expect(space.find([200, 'b0'])).toBe(-1);
  expect(space.find([0, 'b200'])).toBe(-1);
});

test.each([1, 2, 3])('a key of %i parts that is added again is found in its new row, also when the table has grown', (depth) => {
  const index = keyIndex(depth);
  const key = (n: number): readonly KeyPart[] => Array.from({ length: depth }, (_, p) => (p === 0 ? n : `part ${n % 3}`));
  for (let row = 0; row < 50; row += 1) index.add(key(row % 10), row);
  for (let n = 0; n < 10; n += 1) expect(index.find(key(n))).toBe(40 + n);
  for (let row = 50; row < 5000; row += 1) index.add(key(row), row);
  for (let n = 0; n < 10; n += 1) expect(index.find(key(n))).toBe(40 + n);
});

test('what is looked up and not there leaves nothing behind', () => {
  const space = new Space(0, 2, 0);
  for (let i = 0; i < 1000; i += 1) expect(space.find([`a${i}`, i])).toBe(-1);
  expect(space.size).toBe(0);
});

test.each([0, 1, 2, 3])('keys of %i parts that come and go are found while they are there, as in a map of their texts', (depth) => {
  const steps = fc.array(fc.record({ key: fc.array(part, { minLength: depth, maxLength: depth }), goes: fc.boolean() }), { maxLength: 600 });
  const property = fc.property(steps, (list) => {
    const index = changingIndex(depth);
    const map = new Map<string, { readonly key: readonly KeyPart[]; readonly row: number }>();
    list.forEach(({ key, goes }, row) => {
      const known = map.get(textOf(key));
      expect(index.find(key)).toBe(known?.row ?? -1);
      if (known === undefined) {
        index.add(key, row);
        map.set(textOf(key), { key, row });
      } else if (goes) {
        index.remove(key);
        map.delete(textOf(key));
      }
    });
    for (const { key, row } of map.values()) expect(index.find(key)).toBe(row);
  });
  fc.assert(property, { numRuns: Math.ceil(RUNS / 2) });
});
