import { expect, test } from 'vitest';
import { disagreements, figures, ratio } from './compare.ts';
import { expectedAnswers } from './expected-answers.ts';
import type { Measured } from './measure.ts';

const run = (cpuSeconds: number, seconds = cpuSeconds): Measured => ({ rows: 1, checksum: 2, seconds, cpuSeconds, rssMb: 90 });

test('the run with the least CPU time stands for all, and the worst gives the spread', () => {
  expect(figures(1_000, [run(0.5), run(0.4, 2), run(0.6)])).toEqual({
    ...run(0.4, 2), eventsPerSecond: 500, spread: expect.closeTo(0.5),
  });
});

test('a ratio above 1 means less CPU time than the other', () => {
  expect(ratio(figures(1, [run(0.9)]), figures(1, [run(0.6)]))).toBe(1.5);
});

test('an answer that differs from the specification is named, whoever gives it', () => {
  const specified = expectedAnswers.q7.get(1_000_000)!;
  expect(disagreements('q7', 1_000_000, [{ ...specified, by: 'the hand-written loop' }, { ...specified, by: 'millrace' }])).toEqual([]);
  expect(disagreements('q7', 1_000_000, [
    { ...specified, by: 'the hand-written loop' },
    { rows: 10, checksum: 7, by: 'millrace' },
    { rows: 10, checksum: 7, by: 'millrace' },
  ])).toEqual([
    'q7 of 1000000 events: expected 10 rows with checksum 100000036 as the specification says, '
      + 'came 10 rows with checksum 7 from millrace',
  ]);
});

test('where the specification is silent, the answers must agree with each other', () => {
  const both = [{ rows: 3, checksum: 4, by: 'the hand-written loop' }, { rows: 2, checksum: 4, by: 'millrace' }];
  expect(disagreements('q7', 3_000, both)).toEqual([
    'q7 of 3000 events: expected 3 rows with checksum 4 as the hand-written loop says, came 2 rows with checksum 4 from millrace',
  ]);
  expect(disagreements('q7', 3_000, both.slice(1))).toEqual([]);
});
