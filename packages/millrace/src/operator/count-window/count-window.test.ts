import { expect, test } from 'vitest';
import { marbles } from '../../testing/marbles.ts';
import { countWindow } from '../../time/own-windowing.ts';
import { revise } from '../late-policy.ts';

test('a window leaves with the event that makes it full, in the order of arrival', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(countWindow(2)).count(), { line: 'a-ba1ba|' }, { bound: 9 });
  expect(run.rows()).toMatchObject([
    { key: 'a', window: { start: 0, end: 2 }, value: 2, time: 1, finality: 'final' },
    { key: 'b', window: { start: 2, end: 6 }, value: 2, time: 5, finality: 'final' },
  ]);
  expect(run.changes()).toMatchObject([{ cause: { kind: 'event', offset: 2 } }, { cause: { kind: 'event', offset: 3 } }]);
});

test('what is not full at the end stays; where it is asked for, it leaves', () => {
  const rest = (partial: boolean) => marbles(({ line }) => line.keyBy((e) => e.letter).window(countWindow(2, { partial })).count(), { line: 'aab-a|' }).rows();
  expect(rest(false)).toMatchObject([{ key: 'a', value: 2 }]);
  expect(rest(true)).toMatchObject([
    { key: 'a', value: 2, evidence: [] },
    { key: 'b', value: 1, evidence: ['ended'] },
    { key: 'a', value: 1, evidence: ['ended'] },
  ]);
});

test('early rows show how far a window is', () => {
  const run = marbles(({ line }) => line.window(countWindow(2)).count({ early: 'each' }), { line: 'ab|' });
  expect(run.changes()).toMatchObject([
    { window: { start: 0, end: 1 }, before: undefined, after: 1 },
    { window: { start: 0, end: 1 }, before: 1, after: undefined },
    { window: { start: 0, end: 2 }, before: undefined, after: 2, finality: 'final' },
  ]);
});

test('nothing is late, so there is nothing to revise', () => {
  expect(() => marbles(({ line }) => line.window(countWindow(2)).count({ late: revise({ retain: 5 }) as never }), { line: '|' })).toThrow('nothing is late');
});

test.each([0, -1, 1.5, Number.NaN])('countWindow(%d) is refused', (events) => {
  expect(() => countWindow(events)).toThrow('expected a whole number of events');
});
