import { expect, test } from 'vitest';
import { Recorder } from '../../testing/fixture-recorder.ts';
import { marbles } from '../../testing/marbles.ts';
import { Filter } from './filter.ts';

const even = (n: number): boolean => n % 2 === 0;

test('only the events that the function wants come out, in order', () => {
  const run = marbles(({ line }) => line.filter((e) => e.letter !== 'b'), { line: 'ab-cb-a|' });
  expect(run.rows()).toEqual([
    { letter: 'a', time: 0 },
    { letter: 'c', time: 3 },
    { letter: 'a', time: 6 },
  ]);
});

test('an event that makes the function throw is set aside with its reason; the others go on', () => {
  const picky = (letter: string): boolean => {
    if (letter === 'b') throw new TypeError('b is not for me');
    return true;
  };
  const run = marbles(({ line }) => line.filter((e) => picky(e.letter)), { line: 'abc|' });
  expect(run.rows()).toEqual([
    { letter: 'a', time: 0 },
    { letter: 'c', time: 2 },
  ]);
  expect(run.bad()).toEqual([
    { source: 'line', partition: 0, offset: 1, arrival: 0, reason: 'threw', message: 'TypeError: b is not for me', raw: '{"letter":"b","time":1}' },
  ]);
});

test.each([
  ['both sides wanted: a change', 2, 4, [['revise', 2, 4]]],
  ['only the new one wanted: an appearance', 1, 4, [['revise', undefined, 4]]],
  ['only the old one wanted: a disappearance', 2, 3, [['revise', 2, undefined]]],
  ['none wanted: nothing', 1, 3, []],
  ['a wanted one appears', undefined, 2, [['revise', undefined, 2]]],
  ['an unwanted one goes', 1, undefined, []],
])('a revision is judged on both sides; %s', (_, before, after, calls) => {
  const out = new Recorder<number>();
  new Filter(even, out).revise(before, after);
  expect(out.calls).toEqual(calls);
});
