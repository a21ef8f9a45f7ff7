import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SequenceSet } from './sequence-set.ts';

test('whatever the order, it holds what was added, and knows what is missing', () => {
  const property = fc.property(fc.uniqueArray(fc.nat(40), { maxLength: 30 }), fc.nat(45), (numbers, claimed) => {
    const set = new SequenceSet();
    const added = new Set<number>();
    for (const number of numbers) {
      expect(set.has(number)).toBe(false);
      set.add(number);
      added.add(number);
      expect(set.has(number)).toBe(true);
    }
    const missing = set.missing(claimed).flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
    expect(missing).toEqual(Array.from({ length: claimed + 1 }, (_, n) => n).filter((n) => !added.has(n)));
    expect(set.greatest).toBe(Math.max(-1, ...numbers));
    for (let n = 0; n <= 45; n += 1) expect(set.has(n)).toBe(added.has(n));
    const again = SequenceSet.of(set.through, set.beyond);
    expect([again.through, again.beyond]).toEqual([set.through, set.beyond]);
  });
  fc.assert(property, { numRuns: 500 });
});

test('its size is that of the gaps', () => {
  const set = new SequenceSet();
  for (let n = 1000; n > 0; n -= 1) set.add(n);
  expect([set.through, set.beyond]).toEqual([-1, [[1, 1000]]]);
  set.add(0);
  expect([set.through, set.beyond]).toEqual([1000, []]);
});
