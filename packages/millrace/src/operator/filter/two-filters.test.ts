import { expect, test } from 'vitest';
import { Recorder } from '../../testing/fixture-recorder.ts';
import { marbles } from '../../testing/marbles.ts';
import { Filter } from './filter.ts';
import { TwoFilters } from './two-filters.ts';

const even = (n: number): boolean => n % 2 === 0;
const small = (n: number): boolean => n < 10;

test('each passes on what it would alone', () => {
  const [evens, smalls] = [new Recorder<number>(), new Recorder<number>()];
  const both = new TwoFilters(new Filter(even, evens), new Filter(small, smalls));
  for (const n of [1, 2, 11, 12]) both.push(n);
  expect(evens.calls).toEqual([['push', 2], ['push', 12]]);
  expect(smalls.calls).toEqual([['push', 1], ['push', 2]]);
});

test('each judges a revision for itself', () => {
  const [evens, smalls] = [new Recorder<number>(), new Recorder<number>()];
  new TwoFilters(new Filter(even, evens), new Filter(small, smalls)).revise(2, 13);
  expect(evens.calls).toEqual([['revise', 2, undefined]]);
  expect(smalls.calls).toEqual([['revise', 2, undefined]]);
  new TwoFilters(new Filter(even, evens), new Filter(small, smalls)).revise(11, 12);
  expect(evens.calls.slice(1)).toEqual([['revise', undefined, 12]]);
  expect(smalls.calls).toHaveLength(1);
});

test('what the first passes on comes out before the second is asked', () => {
  const asked: string[] = [];
  const run = marbles(
    ({ line }) => {
      const a = line.filter((e) => asked.push(`first ${e.letter}`) > 0).map((e) => e.letter + String(asked.length));
      const b = line.filter((e) => asked.push(`second ${e.letter}`) > 0).map((e) => e.letter.toUpperCase() + String(asked.length));
      return a.merge(b);
    },
    { line: 'ab|' },
  );
  expect(asked).toEqual(['first a', 'second a', 'first b', 'second b']);
  expect(run.rows()).toEqual(['a1', 'A2', 'b3', 'B4']);
});

test('where the second throws after the first has passed an event on, that is no event to be set aside any more', () => {
  const threw = (): boolean => {
    throw new Error('not me');
  };
  expect(() => marbles(({ line }) => line.filter(() => true).map((e) => e.letter).merge(line.filter(threw).map((e) => e.letter)), { line: 'a|' })).toThrow('not me');
});
