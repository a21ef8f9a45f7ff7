import { expect, test } from 'vitest';
import { type Marble, marbles } from '../../testing/marbles.ts';
import { hopping } from '../../time/own-windowing.ts';
import { revise } from '../late-policy.ts';
import type { Row } from '../row.ts';

test('an event is in every window that holds it; the windows at both ends are only partly filled', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(hopping(6, 2)).count(), { line: 'a-----b|' });
  expect(run.rows()).toMatchObject([
    { key: 'a', window: { start: -4, end: 2 }, value: 1, time: 1, evidence: ['assumed'] },
    { key: 'a', window: { start: -2, end: 4 }, value: 1 },
    { key: 'a', window: { start: 0, end: 6 }, value: 1 },
    { key: 'b', window: { start: 2, end: 8 }, value: 1, evidence: ['ended'] },
    { key: 'b', window: { start: 4, end: 10 }, value: 1 },
    { key: 'b', window: { start: 6, end: 12 }, value: 1, time: 11 },
  ]);
});

test('where the advance does not divide the size, an event is in as many windows as hold it', () => {
  const run = marbles(({ line }) => line.window(hopping(5, 3)).count(), { line: '---------aaa|' });
  const windows = run.rows().map(({ window, value }) => [window?.start, value]);
  // [6, 11) holds 9 and 10; [9, 14) all three.
  expect(windows).toEqual([[6, 2], [9, 3]]);
});

test('keys leave in the order in which they first came to the window, also where panes are merged', () => {
  // The b at 1 comes before the a at 3, but after the c at 2; the d at 0 comes last.
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(hopping(4, 2)).count(), { line: '---ac2b1d0-----|' }, { bound: 9 });
  const first = run.rows().filter(({ window }) => window?.start === 0);
  expect(first.map(({ key }) => key)).toEqual(['a', 'c', 'b', 'd']);
});

test('an event that some of its windows are closed for counts in the others; where all are closed it is late', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(hopping(4, 2)).count(), { line: '-----aa3a0|' });
  expect(run.rows().map(({ window, value }) => [window?.start, value])).toEqual([[2, 2], [4, 1]]);
  expect(run.late()).toEqual([{ letter: 'a', time: 0 }]);
});

test('under revise a late event changes each closed window that it is in', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(hopping(4, 2)).count({ late: revise({ retain: 9 }) }), { line: '-----aa1|' });
  expect(run.changes().slice(0, 2)).toMatchObject([
    { window: { start: -2, end: 2 }, before: undefined, after: 1, cause: { kind: 'event', offset: 1 } },
    { window: { start: 0, end: 4 }, before: undefined, after: 1, cause: { kind: 'event', offset: 1 } },
  ]);
  expect(run.rows()).toHaveLength(4);
});

test('a row that fails behind costs that row only; the others leave', () => {
  const picky = (row: Row<string, number>): string => {
    if (row.key === 'x') throw new Error('no x');
    return row.key;
  };
  const run = marbles(({ line }) => line.keyBy((e: Marble) => e.letter).window(hopping(4, 4)).count().final().map(picky), { line: 'axb-|' });
  expect(run.rows()).toEqual(['a', 'b']);
  expect(run.bad()).toMatchObject([{ reason: 'threw', message: 'Error: no x' }]);
});

test.each([
  [0, 1],
  [5, 0],
  [5, 6],
  [5.5, 1],
  [Number.NaN, 1],
])('hopping(%d, %d) is refused', (size, advance) => {
  expect(() => hopping(size, advance)).toThrow('expected');
});
