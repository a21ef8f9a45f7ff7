import { expect, test } from 'vitest';
import { marbles } from '../../testing/marbles.ts';
import { tumbling } from '../../time/windowing.ts';
import { revise } from '../late-policy.ts';

test('a row that stops passing goes, and one that begins to pass appears', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).count().filter((row) => row.value !== 2), { line: 'aaab|' });
  expect(run.changes()).toMatchObject([
    { key: 'a', before: undefined, after: 1, time: 0 },
    { key: 'a', before: 1, after: undefined, time: 1 },
    { key: 'a', before: undefined, after: 3, time: 2 },
    { key: 'b', before: undefined, after: 1 },
  ]);
});

test('of a table of windows a row that a late event takes out goes at the time of its window', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(tumbling(5)).count({ late: revise({ retain: 20 }) }).filter((row) => row.value < 2), { line: 'a-----b-a3-|' });
  expect(run.changes()).toMatchObject([
    { key: 'a', after: 1, time: 4, revision: 0 },
    { key: 'a', before: 1, after: undefined, time: 4, revision: 1, cause: { kind: 'event', offset: 2 } },
    { key: 'b', after: 1, finality: 'final' },
  ]);
  expect(run.rows()).toMatchObject([{ key: 'b', value: 1 }]);
});
