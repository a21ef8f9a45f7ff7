import { expect, test } from 'vitest';
import type { Stream } from '../../stream/stream.ts';
import { everyCrash } from '../../testing/fixture-crashes.ts';
import { type Marble, marbles } from '../../testing/marbles.ts';
import { tumbling } from '../../time/windowing.ts';

type Line = { readonly line: Stream<Marble> };
const byTime = ({ line }: Line) => line.reorder({ name: 'order', by: 'time' });
const name = (e: unknown): string => `${(e as Marble).letter}${(e as Marble).time}`;

test('an event leaves when the frontier passes its time', () => {
  expect(marbles(byTime, { line: 'a-b-' }).rows().map(name)).toEqual(['a0']);
  expect(marbles(byTime, { line: 'a-b|' }).rows().map(name)).toEqual(['a0', 'b2']);
});

test('they leave in the order of their times, of equal times in the order in which they came', () => {
  const run = marbles(byTime, { line: 'a5b2c5d4e2-|' }, { bound: 5 });
  expect(run.rows().map(name)).toEqual(['b2', 'e2', 'd4', 'a5', 'c5']);
});

test('what is below the frontier is late', () => {
  const run = marbles(byTime, { line: 'a9b5c6d1|' }, { bound: 3 });
  expect(run.rows().map(name)).toEqual(['c6', 'a9']);
  expect(run.late().map(name)).toEqual(['b5', 'd1']);
  expect(run.status().states).toMatchObject({ order: { entries: 0, late: 2, duplicates: 0 } });
});

test('nothing is late behind it', () => {
  const write = (lines: Line) => byTime(lines).keyBy((e) => e.letter).window(tumbling(5)).count({ name: 'counts' });
  const run = marbles(write, { line: 'a9a6a8b2c14a11-------d28b24|' }, { bound: 3 });
  expect(run.late()).toEqual([]);
  expect(run.rows()).toMatchObject([
    { key: 'a', window: { start: 5, end: 10 }, value: 3 },
    { key: 'a', window: { start: 10, end: 15 } },
    { key: 'c', window: { start: 10, end: 15 } },
    { key: 'd', window: { start: 25, end: 30 } },
  ]);
});

test('a change behind it is caused by its event, at the time of that', () => {
  const run = marbles((lines) => byTime(lines).keyBy((e) => e.letter).count({ name: 'total' }), { line: 'b2a1--c9' }, { bound: 2 });
  expect(run.changes()).toMatchObject([
    { key: 'a', time: 1, cause: { kind: 'event', offset: 1 } },
    { key: 'b', time: 2, cause: { kind: 'event', offset: 0 } },
  ]);
});

test('rows of windows are put in order too', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(tumbling(4)).count({ name: 'counts' }).final().reorder({ name: 'order', by: 'time' }), { line: 'ab--c----|' });
  expect(run.rows()).toMatchObject([{ key: 'a', time: 3 }, { key: 'b', time: 3 }, { key: 'c', time: 7 }]);
});

/** The numbers that letters stand for: a is 0. */
const numberOf = (e: Marble): number => e.letter.charCodeAt(0) - 97;
const bySequence = ({ line }: Line) => line.reorder({ name: 'order', by: numberOf });

test('by sequence: numbers without a gap leave at once, behind a gap they wait', () => {
  expect(marbles(bySequence, { line: 'abdec' }).rows().map(name)).toEqual(['a0', 'b1', 'c4', 'd2', 'e3']);
  const waiting = marbles(bySequence, { line: 'abde' });
  expect(waiting.rows().map(name)).toEqual(['a0', 'b1']);
  expect(waiting.status().states).toMatchObject({ order: { entries: 2 } });
});

test('by sequence: it begins where it is told to; what is below that, or was there, is late', () => {
  const run = marbles(({ line }) => line.reorder({ name: 'order', by: numberOf, from: 2 }), { line: 'bdcdfef' });
  expect(run.rows().map(name)).toEqual(['c2', 'd1', 'e5', 'f4']);
  expect(run.late().map(name)).toEqual(['b0', 'd3', 'f6']);
});

test('by sequence: a number that already waits is a duplicate', () => {
  const run = marbles(bySequence, { line: 'abddc' });
  expect(run.rows().map(name)).toEqual(['a0', 'b1', 'c4', 'd2']);
  expect(run.late().map(name)).toEqual(['d3']);
  expect(run.status().states).toMatchObject({ order: { late: 0, duplicates: 1 } });
});

test('by sequence: once the input has ended no gap is filled, and what waits leaves in order', () => {
  expect(marbles(bySequence, { line: 'aecd|' }).rows().map(name)).toEqual(['a0', 'c2', 'd3', 'e1']);
});

test('by sequence: the frontier waits with what waits, so its window is still open when the gap is filled', () => {
  const write = (lines: Line) => bySequence(lines).window(tumbling(5)).count({ name: 'counts' });
  const gap = marbles(write, { line: 'ac------d-----e-' });
  expect(gap.rows()).toEqual([]);
  const filled = marbles(write, { line: 'ac------d-----e-b1' }, { bound: 20 });
  expect(filled.rows()).toEqual([]);
  expect(marbles(write, { line: 'ac------d-----e-b' }).rows()).toMatchObject([
    { window: { start: 0, end: 5 }, value: 2 },
    { window: { start: 5, end: 10 }, value: 1 },
    { window: { start: 10, end: 15 }, value: 1 },
  ]);
});

test.each([-1, 0.5, Number.NaN, 2 ** 53])('by sequence: %d is no number of a sequence: the event is set aside', (number) => {
  const run = marbles(({ line }) => line.reorder({ name: 'order', by: (e) => (e.letter === 'x' ? number : numberOf(e)) }), { line: 'axb' });
  expect(run.rows().map(name)).toEqual(['a0', 'b2']);
  expect(run.bad()).toMatchObject([{ offset: 1, reason: 'threw', message: `MillraceError: 'order' was given the number ${number}; expected a non-negative safe integer` }]);
});

test('by sequence: a number whose event fails has had its turn', () => {
  const write = (lines: Line) =>
    bySequence(lines).map((e) => {
      if (e.letter === 'b' || e.letter === 'e') throw new Error('refused');
      return e.letter;
    });
  const run = marbles(write, { line: 'abdec' });
  expect(run.rows()).toEqual(['a', 'c', 'd']);
  expect(run.bad()).toMatchObject([{ offset: 1, message: 'Error: refused' }, { offset: 3, message: 'Error: refused' }]);
});

test('a first number that is none is refused', () => {
  expect(() => marbles(({ line }) => line.reorder({ by: numberOf, from: -1 }), { line: '|' })).toThrow('expected a non-negative safe integer');
});

test.each<[string, (lines: Line) => ReturnType<typeof byTime>, string]>([
  ['by time', byTime, 'ab5-c3-d9a4e6-f12--g2--|'],
  ['by sequence', bySequence, 'ac-ba--fe5-dg9---i-h2|'],
])('%s: a crash in any column changes nothing', (_, write, line) => {
  const expected = marbles(write, { line }, { bound: 3 });
  for (const store of everyCrash(line.length)) {
    const run = marbles(write, { line }, { bound: 3, store });
    expect(run.rows()).toEqual(expected.rows());
    expect(run.late()).toEqual(expected.late());
  }
});
