import { expect, test } from 'vitest';
import type { LateOf } from '../../stream/late-settings.ts';
import type { Stream } from '../../stream/stream.ts';
import { everyCrash } from '../../testing/fixture-crashes.ts';
import { type Marble, marbles } from '../../testing/marbles.ts';
import { type SlidingWindowing, sliding } from '../../time/own-windowing.ts';
import { drop, revise } from '../late-policy.ts';

const counts =
  (late: LateOf<SlidingWindowing> = drop()) =>
  ({ line }: { line: Stream<Marble> }) =>
    line.keyBy((e) => e.letter).window(sliding(5)).count({ name: 'counts', late });

test('each event has a row, of all events of its key in (t − length, t], and leaves when the frontier passes it', () => {
  const run = marbles(counts(), { line: 'a-a-ba' });
  // The a at 5 does not see the one at 0.
  expect(run.rows()).toEqual([
    { key: 'a', window: { start: -4, end: 1 }, value: 1, time: 0, revision: 0, finality: 'final', evidence: ['assumed'] },
    { key: 'a', window: { start: -2, end: 3 }, value: 2, time: 2, revision: 0, finality: 'final', evidence: ['assumed'] },
    { key: 'b', window: { start: 0, end: 5 }, value: 1, time: 4, revision: 0, finality: 'final', evidence: ['assumed'] },
  ]);
  expect(marbles(counts(), { line: 'a-a-ba|' }).rows().at(-1)).toMatchObject({ key: 'a', time: 5, value: 2, evidence: ['ended'] });
});

test('events of equal time see each other, and each has its row', () => {
  expect(marbles(counts(), { line: 'a-a0a0|' }, { bound: 5 }).rows()).toMatchObject([{ value: 3 }, { value: 3 }, { value: 3 }]);
});

test('an event that comes in between is in the rows that are open', () => {
  const run = marbles(counts(), { line: 'a---aa2|' }, { bound: 5 });
  expect(run.rows().map(({ time, value }) => [time, value])).toEqual([[0, 1], [2, 2], [4, 3]]);
});

test('under drop an event below the frontier is late; the open rows that see it count it all the same', () => {
  const run = marbles(counts(), { line: '-----aa3a|' });
  expect(run.late()).toEqual([{ letter: 'a', time: 3 }]);
  // The row at 5 was open, as the frontier stood at 5.
  expect(run.rows().map(({ time, value }) => [time, value])).toEqual([[5, 2], [8, 2]]);
});

test('under revise it has its row, and the closed rows that see it change', () => {
  const run = marbles(counts(revise({ retain: 9 })), { line: 'a---a-aa3' });
  const cause = { kind: 'event', offset: 3 };
  expect(run.changes()).toMatchObject([
    { time: 0, before: undefined, after: 1, cause: { kind: 'frontier', time: 1 } },
    { time: 4, before: undefined, after: 2, cause: { kind: 'frontier', time: 5 } },
    { time: 3, before: undefined, after: 2, revision: 0, cause },
    { time: 4, before: 2, after: 3, revision: 1, cause },
  ]);
});

test('rows leave early, and change with each event that they see', () => {
  const run = marbles(({ line }) => line.window(sliding(5)).count({ early: 'each' }), { line: '-a-aa2|' }, { bound: 5 });
  expect(run.changes().map(({ time, before, after, finality }) => [time, before, after, finality])).toEqual([
    [1, undefined, 1, 'provisional'],
    [3, undefined, 2, 'provisional'],
    [2, undefined, 2, 'provisional'],
    [3, 2, 3, 'provisional'],
    [1, 1, 1, 'final'],
    [2, 2, 2, 'final'],
    [3, 3, 3, 'final'],
  ]);
});

test('what no row can need is forgotten', () => {
  const run = marbles(counts(), { line: 'a-b-c-a-b---c------' });
  expect(run.status().states['counts']?.entries).toBeLessThan(5);
});

test('a crash in any column changes nothing', () => {
  const line = 'ab-a3-aa4-b2-a-|';
  for (const late of [drop(), revise({ retain: 4 })]) {
    const expected = marbles(counts(late), { line }, { bound: 2 });
    for (const store of everyCrash(line.length)) {
      const run = marbles(counts(late), { line }, { bound: 2, store });
      expect(run.changes()).toEqual(expected.changes());
      expect(run.late()).toEqual(expected.late());
    }
  }
});

test('rows of what one event was spread into stay in their order over a crash, also in the places of rows that are gone', () => {
  const line = 'a--a--a-a6|';
  const spread = ({ line: events }: { line: Stream<Marble> }) =>
    events.flatMap((e) => [e, e, e]).keyBy((e) => e.letter).window(sliding(2)).count({ name: 'counts', early: 'each' });
  const expected = marbles(spread, { line }, { bound: 2 });
  for (const store of everyCrash(line.length)) expect(marbles(spread, { line }, { bound: 2, store }).changes()).toEqual(expected.changes());
});
