import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RUNS } from '../testing/fixture-scenario.ts';
import { decodeChangelog, encodeChangelog } from './changelog.ts';

const cell = fc.oneof(fc.integer(), fc.string(), fc.bigInt(), fc.boolean(), fc.constant(null), fc.constant(undefined), fc.array(fc.integer(), { maxLength: 3 }));

test('what one commit changed comes back as it was', () => {
  const property = fc.property(fc.nat(3), fc.integer({ min: 1, max: 3 }), fc.nat(20), fc.array(fc.nat(2 ** 50), { maxLength: 5 }), fc.infiniteStream(cell), (depth, slots, count, dropped, cells) => {
    const column = (): unknown[] => [...cells.take(count)];
    const block = {
      dropped,
      spaces: Array.from({ length: count }, (_, i) => ({ space: 1000 * i, count: 1 })),
      row: Array.from({ length: count }, (_, i) => i),
      parts: Array.from({ length: depth }, column),
      values: Array.from({ length: slots }, column),
    };
    expect(decodeChangelog(encodeChangelog(block), depth, slots)).toEqual(block);
  });
  fc.assert(property, { numRuns: RUNS });
});
