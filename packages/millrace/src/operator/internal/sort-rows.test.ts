import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortRows } from './sort-rows.ts';

test('rows come in the order of their numbers, few as many; of one number as they stood', () => {
  const property = fc.property(fc.array(fc.nat(5), { maxLength: 30 }), (numbers) => {
    const rows = [...numbers.keys()];
    expect(sortRows([...rows], numbers)).toEqual(rows.toSorted((a, b) => (numbers[a] as number) - (numbers[b] as number)));
  });
  fc.assert(property);
});
