import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Stream } from '../../stream/stream.ts';
import { everyCrash } from '../../testing/fixture-crashes.ts';
import { testDriver } from '../../testing/driver.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import type { Made } from '../../testing/fixture-scenario.ts';
import { type Marble, marbles } from '../../testing/marbles.ts';
import { WINDOW_MS_MAX } from '../../time/time-max.ts';
import { tumbling } from '../../time/windowing.ts';
import type { Deferred } from './defer.ts';

type Line = { readonly line: Stream<Marble> };
const isEnd = ({ letter }: Marble): boolean => letter === letter.toUpperCase();
/** Of one key: a small letter waits for its own great one, for at most 5; a great one for nobody. */
const ended = ({ line }: Line) => line.keyBy(() => 0).defer({ name: 'd', until: (e, later) => later.letter === e.letter.toUpperCase() && !isEnd(e), timeout: 5 });
const name = (e: Marble | undefined): string => (e === undefined ? '-' : `${e.letter}${e.time}`);
const told = (results: readonly Deferred<Marble>[]): readonly string[] => results.map(({ value, by }) => `${name(value)} by ${name(by)}`);

test('an event leaves with the later one it waits for, once the frontier has passed that', () => {
  const write = ({ line }: Line) =>
    line
      .keyBy((e) => e.letter.toLowerCase())
      .defer({ name: 'd', until: (_, later) => later.letter === later.letter.toUpperCase(), timeout: 5 })
      .map(({ value, by }) => `${value.letter}${by?.letter ?? '-'}`);
  const run = marbles(write, { line: 'ab-A---c-----|' });
  expect(run.rows()).toEqual(['aA', 'b-', 'A-', 'c-']);
  expect(marbles(write, { line: 'ab-A' }).rows()).toEqual([]);
  expect(marbles(write, { line: 'ab-Ac' }).rows()).toEqual(['aA']);
  expect(marbles(write, { line: 'ab-A--c' }).rows()).toEqual(['aA']);
  expect(marbles(write, { line: 'ab-A---c' }).rows()).toEqual(['aA', 'b-']);
});

test('later is by event time: what arrives out of order ends the wait that the sorted input says', () => {
  const write = ({ line }: Line) =>
    line
      .keyBy(() => 0)
      .defer({ name: 'd', until: (e, later) => e.letter === 'a' && later.letter !== 'a', timeout: 9 })
      .filter(({ value }) => value.letter === 'a')
      .map(({ by }) => `a until ${by?.letter ?? 'nothing'}`);
  expect(marbles(write, { line: 'a--c-b1---d' }, { bound: 5 }).rows()).toEqual(['a until b']);
  expect(marbles(write, { line: 'a3-c2-b5--d9----e' }, { bound: 5 }).rows()).toEqual(['a until b']);
});

test('both ends of the time-out are inside', () => {
  expect(told(marbles(ended, { line: 'a----A---------|' }).rows())).toContain('a0 by A5');
  expect(told(marbles(ended, { line: 'a-----A--------|' }).rows())).toContain('a0 by -');
  const atOnce = ({ line }: Line) => line.keyBy(() => 0).defer({ name: 'd', until: () => true, timeout: 0 });
  expect(told(marbles(atOnce, { line: 'ab0c1-|' }, { bound: 2 }).rows())).toEqual(['a0 by b0', 'b0 by -', 'c1 by -']);
});

test('of equal times what has the later position is later, whatever comes first', () => {
  const program = pipeline('equal times', (app) => {
    const keyed = app.source('events', fedByHand<Made>(2), madeEvents(0)).keyBy(() => 0);
    keyed.defer({ name: 'd', until: () => true, timeout: 9 }).to(app.sink('out', readByHand<Deferred<Made>>()));
  });
  const event = (id: string): Made => ({ id, key: 'a', time: 5, n: 0 });
  for (const order of [[0, 1], [1, 0]] as const) {
    const driver = testDriver(program);
    for (const partition of order) driver.source('events').sendBatch([event(`first of ${partition}`), event(`second of ${partition}`)], { partition });
    driver.source('events').end();
    const ids = (driver.sink('out').rows() as readonly Deferred<Made>[]).map(({ value, by }) => [value.id, by?.id]);
    expect(ids).toEqual([
      ['first of 0', 'second of 0'],
      ['second of 0', 'first of 1'],
      ['first of 1', 'second of 1'],
      ['second of 1', undefined],
    ]);
  }
});

test('one event may end several waits: those leave in the order of their times', () => {
  const write = ({ line }: Line) => line.keyBy(() => 0).defer({ name: 'd', until: (e, later) => isEnd(later) && !isEnd(e), timeout: 20 });
  expect(told(marbles(write, { line: 'ab-c-X-Y-------------|' }).rows())).toEqual(['a0 by X5', 'b1 by X5', 'c3 by X5', 'X5 by -', 'Y7 by -']);
  expect(told(marbles(write, { line: 'b1a0-c-X-Y-----------|' }, { bound: 1 }).rows())).toEqual(['a0 by X7', 'b1 by X7', 'c5 by X7', 'X7 by -', 'Y9 by -']);
});

test('keys do not see each other', () => {
  const write = ({ line }: Line) => line.keyBy((e) => e.letter).defer({ name: 'd', until: () => true, timeout: 3 });
  expect(told(marbles(write, { line: 'aba-b-----|' }).rows())).toEqual(['a0 by a2', 'b1 by b4', 'a2 by -', 'b4 by -']);
});

test('what is below the frontier is late: it neither waits nor ends a wait', () => {
  const run = marbles(ended, { line: 'a--b--A2------|' });
  expect(told(run.rows())).toEqual(['a0 by -', 'b3 by -']);
  expect(run.late().map(name)).toEqual(['A2']);
  expect(run.status().states).toMatchObject({ d: { late: 1, entries: 0 } });
});

test('what is at the frontier is not late', () => {
  const run = marbles(ended, { line: 'a-bA2---------|' });
  expect(told(run.rows())).toEqual(['a0 by A2', 'b2 by -', 'A2 by -']);
  expect(run.late()).toEqual([]);
});

test('a result is at the time of its event: windows behind wait for it, and nothing is late there', () => {
  const write = (lines: Line) => ended(lines).window(tumbling(5)).count({ name: 'counts' });
  expect(marbles(write, { line: 'a--b----x' }).rows()).toEqual([]);
  const run = marbles(write, { line: 'a--b----xy' });
  expect(run.rows()).toMatchObject([{ window: { start: 0, end: 5 }, value: 2 }]);
  expect(run.late()).toEqual([]);
  expect(marbles(write, { line: 'a--b----xy------z|' }).rows()).toMatchObject([{ value: 2 }, { window: { start: 5, end: 10 }, value: 2 }, { window: { start: 15, end: 20 } }]);
});

test('a change behind it is caused by the event that waited', () => {
  const run = marbles((lines) => ended(lines).keyBy(({ value }) => value.letter).count({ name: 'total' }), { line: 'b-a-AB---------c' });
  expect(run.changes()).toMatchObject([
    { key: 'a', time: 2, cause: { kind: 'event', offset: 1 } },
    { key: 'b', time: 0, cause: { kind: 'event', offset: 0 } },
    { key: 'A', time: 4, cause: { kind: 'event', offset: 2 } },
    { key: 'B', time: 5, cause: { kind: 'event', offset: 3 } },
  ]);
});

test('nothing is kept beyond the time-out', () => {
  const run = marbles(ended, { line: 'abcdefghij------k' });
  expect(told(run.rows())).toHaveLength(10);
  expect(run.status().states).toMatchObject({ d: { entries: 1 } });
  expect(marbles(ended, { line: 'abcdefghij------k|' }).status().states).toMatchObject({ d: { entries: 0 } });
});

test('an event on which until throws is set aside; what it was asked about goes on, and so do the others', () => {
  const write = ({ line }: Line) =>
    line.keyBy(() => 0).defer({
      name: 'd',
      until: (e, later) => {
        if (e.letter === 'b') throw new Error('no b');
        return isEnd(later) && !isEnd(e);
      },
      timeout: 5,
    });
  const run = marbles(write, { line: 'abcX---------|' });
  expect(told(run.rows())).toEqual(['a0 by X3', 'c2 by X3', 'X3 by -']);
  expect(run.bad()).toMatchObject([{ offset: 1, reason: 'threw', message: 'Error: no b' }]);
  expect(run.status().states).toMatchObject({ d: { entries: 0 } });
});

test('a promise is no answer of until', () => {
  const run = marbles(({ line }) => line.keyBy(() => 0).defer({ name: 'd', until: (e) => (e.letter === 'a' ? (Promise.resolve(false) as never) : true), timeout: 5 }), { line: 'abc|' });
  expect(told(run.rows())).toEqual(['b1 by c2', 'c2 by -']);
  expect(run.bad()).toMatchObject([{ offset: 0, message: expect.stringContaining("what the function of 'd' returned: expected true or false, got a promise") }]);
});

test('a key that is none is refused, and nothing is kept of its event', () => {
  const run = marbles(({ line }) => line.keyBy((e) => (e.letter === 'b' ? Number.NaN : 1)).defer({ name: 'd', until: () => true, timeout: 5 }), { line: 'abc|' });
  expect(told(run.rows())).toEqual(['a0 by c2', 'c2 by -']);
  expect(run.bad()).toMatchObject([{ offset: 1, reason: 'threw' }]);
});

test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, WINDOW_MS_MAX + 1, '5m' as never])('a time-out of %s is refused', (timeout) => {
  expect(() => marbles(({ line }) => line.keyBy(() => 0).defer({ until: () => true, timeout }), { line: '|' })).toThrow('expected a non-negative whole number of ms');
});

test('the longest time-out is none that is refused', () => {
  const run = marbles(({ line }) => line.keyBy(() => 0).defer({ until: () => false, timeout: WINDOW_MS_MAX }), { line: 'a-b-|' });
  expect(told(run.rows())).toEqual(['a0 by -', 'b2 by -']);
});

test('a crash in any column changes nothing', () => {
  const line = 'ab5-A3-c9B7A8-e6---g--C-d-|';
  const expected = marbles(ended, { line }, { bound: 3 });
  expect(expected.rows().length).toBeGreaterThan(8);
  for (const store of everyCrash(line.length)) {
    const run = marbles(ended, { line }, { bound: 3, store });
    expect(run.rows()).toEqual(expected.rows());
    expect(run.late()).toEqual(expected.late());
  }
});
