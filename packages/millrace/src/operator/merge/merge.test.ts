import { expect, test } from 'vitest';
import { Recorder } from '../../testing/fixture-recorder.ts';
import { marbles } from '../../testing/marbles.ts';
import { tumbling } from '../../time/windowing.ts';
import { Merge } from './merge.ts';

test('every event of each input comes out, in the order in which they were read', () => {
  const run = marbles(({ left, right }) => left.merge(right).map((e) => `${e.letter}${e.time}`), {
    left: 'a--c-|',
    right: 'b-d---e|',
  });
  expect(run.rows()).toEqual(['a0', 'b0', 'd2', 'c3', 'e6']);
});

test('windows behind a merge wait for the slowest input', () => {
  const steps = (lines: { left: string; right: string }) =>
    marbles(({ left, right }) => left.merge(right).keyBy((e) => e.letter).window(tumbling(3)).count(), lines);
  expect(steps({ left: 'a------a', right: '-b' }).rows()).toEqual([]);
  expect(steps({ left: 'a------a', right: '-b--b' }).rows()).toMatchObject([
    { key: 'a', window: { start: 0, end: 3 }, value: 1 },
    { key: 'b', window: { start: 0, end: 3 }, value: 1 },
  ]);
});

test('an input that has not begun holds everything, one that has ended holds nothing', () => {
  const steps = (lines: { left: string; right: string }) =>
    marbles(({ left, right }) => left.merge(right).keyBy((e) => e.letter).window(tumbling(3)).count(), lines);
  expect(steps({ left: 'a-------a', right: '---------' }).rows()).toEqual([]);
  expect(steps({ left: 'a-------a', right: '---------|' }).rows()).toMatchObject([{ key: 'a', value: 1 }]);
});

test('evidence is united: what the end of one and an assumption about the other have closed says both', () => {
  const run = marbles(({ left, right }) => left.merge(right).keyBy((e) => e.letter).window(tumbling(3)).count(), {
    left: 'a-----|',
    right: '-b--b--|',
  });
  expect(run.rows()).toMatchObject([
    { key: 'a', window: { start: 0, end: 3 }, evidence: ['ended', 'assumed'] },
    { key: 'b', window: { start: 0, end: 3 }, evidence: ['ended', 'assumed'] },
    { key: 'b', window: { start: 3, end: 6 }, evidence: ['ended'] },
  ]);
});

test('a stream merged with itself comes twice', () => {
  const run = marbles(({ line }) => line.merge(line).map((e) => e.letter), { line: 'ab|' });
  expect(run.rows()).toEqual(['a', 'a', 'b', 'b']);
});

test('a diamond is put together event by event', () => {
  const run = marbles(({ line }) => line.map((e) => e.letter).merge(line.map((e) => e.letter.toUpperCase())), { line: 'ab|' });
  expect(run.rows()).toEqual(['a', 'A', 'b', 'B']);
});

test('revisions pass as they are', () => {
  const out = new Recorder<number>();
  new Merge(out).revise(1, 2);
  expect(out.calls).toEqual([['revise', 1, 2]]);
});
