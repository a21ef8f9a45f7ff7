import { expect, test } from 'vitest';
import type { LateOf } from '../../stream/late-settings.ts';
import type { Stream } from '../../stream/stream.ts';
import { everyCrash } from '../../testing/fixture-crashes.ts';
import { type Marble, marbles } from '../../testing/marbles.ts';
import { type SessionWindowing, session } from '../../time/own-windowing.ts';
import { drop, every, revise } from '../late-policy.ts';

const counts =
  (late: LateOf<SessionWindowing> = drop()) =>
  ({ line }: { line: Stream<Marble> }) =>
    line.keyBy((e) => e.letter).window(session(10)).count({ name: 'counts', late });

test('a session goes on until a pause; an event at exactly last + gap begins a new one', () => {
  const run = marbles(counts(), { line: 'a----a---------a---|' });
  expect(run.rows()).toEqual([
    { key: 'a', window: { start: 0, end: 15 }, value: 2, time: 14, revision: 0, finality: 'final', evidence: ['assumed'] },
    { key: 'a', window: { start: 15, end: 25 }, value: 1, time: 24, revision: 0, finality: 'final', evidence: ['ended'] },
  ]);
});

test('events out of order join what is open: between two sessions, before one, in one', () => {
  const run = marbles(counts(), { line: 'a-------------a----a7-a2-|' }, { bound: 20 });
  expect(run.rows()).toMatchObject([{ window: { start: 0, end: 24 }, value: 4 }]);
});

test('under drop an event that touches a closed session is late, also where it would bridge to an open one', () => {
  // [0, 10) is closed at 14; the 7 touches it, and [14, 24) too.
  const run = marbles(counts(), { line: 'a-------------a-a7--a--|' });
  expect(run.rows()).toMatchObject([
    { window: { start: 0, end: 10 }, value: 1 },
    { window: { start: 14, end: 30 }, value: 2 },
  ]);
  expect(run.late()).toEqual([{ letter: 'a', time: 7 }]);
});

test('a closed session is known for as long as an open one goes on behind it that an event could join to it', () => {
  // [0, 10) has been over for long; [14, 42) is open, and the 7 would touch both.
  const run = marbles(counts(), { line: 'a-------------a--------a--------aa7-|' });
  expect(run.rows()).toMatchObject([{ window: { start: 0, end: 10 }, value: 1 }, { window: { start: 14, end: 42 }, value: 3 }]);
  expect(run.late()).toEqual([{ letter: 'a', time: 7 }]);
});

test('an event below the frontier that only touches an open session is counted; one that is a closed session by itself is late', () => {
  const run = marbles(counts(), { line: '--------------------a--a12a2|' });
  expect(run.rows()).toMatchObject([{ window: { start: 12, end: 30 }, value: 2 }]);
  expect(run.late()).toEqual([{ letter: 'a', time: 2 }]);
});

test('a late event bridges two sessions: both are taken back and one longer session takes their place', () => {
  const run = marbles(counts(revise({ retain: 100 })), { line: 'a-------------a-----------b-a7--|' });
  const cause = { kind: 'event', source: 'line', partition: 0, offset: 3 };
  expect(run.changes()).toMatchObject([
    { key: 'a', window: { start: 0, end: 10 }, before: undefined, after: 1, cause: { kind: 'frontier', time: 10 } },
    { key: 'a', window: { start: 14, end: 24 }, before: undefined, after: 1, cause: { kind: 'frontier', time: 24 } },
    { key: 'a', window: { start: 0, end: 10 }, before: 1, after: undefined, time: 9, cause },
    { key: 'a', window: { start: 14, end: 24 }, before: 1, after: undefined, time: 23, cause },
    { key: 'a', window: { start: 0, end: 24 }, before: undefined, after: 3, time: 23, cause, finality: 'provisional' },
    { key: 'b', window: { start: 26, end: 36 }, after: 1, cause: { kind: 'frontier', time: 36 }, finality: 'final' },
    { key: 'a', window: { start: 0, end: 24 }, before: 3, after: 3, revision: 0, finality: 'final', evidence: ['ended'] },
  ]);
});

test('a late event that makes a closed session an open one takes it back, and the longer one leaves when it closes', () => {
  const run = marbles(counts(revise({ retain: 100 })), { line: 'a----------b-a8----------b' });
  expect(run.changes()).toMatchObject([
    { window: { start: 0, end: 10 }, before: undefined, after: 1 },
    { window: { start: 0, end: 10 }, before: 1, after: undefined, cause: { kind: 'event', offset: 2 } },
    { window: { start: 0, end: 18 }, before: undefined, after: 2, cause: { kind: 'frontier', time: 18 } },
    { key: 'b', window: { start: 11, end: 21 } },
  ]);
});

test('a late event within a closed session revises it where it is', () => {
  const run = marbles(counts(revise({ retain: 100 })), { line: 'a---a----------b-a1' });
  expect(run.changes()).toMatchObject([
    { window: { start: 0, end: 14 }, before: undefined, after: 2, revision: 0 },
    { window: { start: 0, end: 14 }, before: 2, after: 3, revision: 1 },
  ]);
});

test('with each event the row of a session that has grown goes back, and the longer one comes', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(session(10)).count({ early: 'each' }), { line: 'a-aa1|' });
  expect(run.changes()).toMatchObject([
    { window: { start: 0, end: 10 }, before: undefined, after: 1, finality: 'provisional' },
    { window: { start: 0, end: 10 }, before: 1, after: undefined },
    { window: { start: 0, end: 12 }, before: undefined, after: 2, revision: 0 },
    { window: { start: 0, end: 12 }, before: 2, after: 3, revision: 1 },
    { window: { start: 0, end: 12 }, before: 3, after: 3, revision: 1, finality: 'final', evidence: ['ended'] },
  ]);
});

test('every so often those rows leave that have changed', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(session(10)).count({ early: every(5) }), { line: 'a-a----a-b-|' });
  expect(run.changes()).toMatchObject([
    { key: 'a', window: { start: 0, end: 12 }, before: undefined, after: 2, cause: { kind: 'frontier', time: 5 } },
    { key: 'a', window: { start: 0, end: 12 }, before: 2, after: undefined, cause: { kind: 'frontier', time: 10 } },
    { key: 'a', window: { start: 0, end: 17 }, before: undefined, after: 3, cause: { kind: 'frontier', time: 10 } },
    { key: 'b', window: { start: 9, end: 19 }, before: undefined, after: 1, cause: { kind: 'frontier', time: 10 } },
    { key: 'a', window: { start: 0, end: 17 }, before: 3, after: 3, finality: 'final' },
    { key: 'b', window: { start: 9, end: 19 }, before: 1, after: 1, finality: 'final' },
  ]);
});

test('a crash in any column changes nothing', () => {
  const line = 'a--b-a------c-a7-b2-a-|';
  for (const late of [drop(), revise({ retain: 12 })]) {
    const expected = marbles(counts(late), { line }, { bound: 2 });
    for (const store of everyCrash(line.length)) {
      const run = marbles(counts(late), { line }, { bound: 2, store });
      expect(run.changes()).toEqual(expected.changes());
      expect(run.late()).toEqual(expected.late());
      expect(run.status().states).toEqual(expected.status().states);
    }
  }
});
