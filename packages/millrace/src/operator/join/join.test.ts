import { describe, expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Stream } from '../../stream/stream.ts';
import type { Table } from '../../stream/table.ts';
import { testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { type Marble, marbles } from '../../testing/marbles.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { tumbling } from '../../time/windowing.ts';
import { session } from '../../time/own-windowing.ts';
import { every, revise } from '../late-policy.ts';

type Lines = { left: Stream<Marble>; right: Stream<Marble> };

const pair = (left: number | undefined, right: number | undefined): string => `${left ?? '–'} ${right ?? '–'}`;
const counts = (line: Stream<Marble>, name: string): Table<string, number> => line.keyBy((e) => e.letter).window(tumbling(5)).count({ name });

test('rows without a partner leave when their window closes, and are final, because no partner can come', () => {
  const run = marbles(({ left, right }: Lines) => counts(left, 'l').outerJoin(counts(right, 'r'), pair, { name: 'j' }), { left: 'aab--|', right: '-b-c-|' });
  expect(run.changes()).toMatchObject([
    { key: 'a', after: '2 –', finality: 'provisional', evidence: [], time: 4, revision: 0 },
    { key: 'b', after: '1 –', finality: 'provisional' },
    { key: 'b', before: '1 –', after: '1 1', finality: 'final', evidence: ['ended'], revision: 1 },
    { key: 'c', after: '– 1', finality: 'provisional' },
    { key: 'a', before: '2 –', after: '2 –', finality: 'final', evidence: ['ended'], revision: 0 },
    { key: 'c', before: '– 1', after: '– 1', finality: 'final', revision: 0 },
  ]);
  expect(run.rows()).toHaveLength(3);
  expect(run.status().states['j']?.entries).toBe(0);
});

test('the early row of a session that has become longer since goes after its own end, from the join too', () => {
  const run = marbles(({ line }) => {
    const sessions = line.keyBy((e) => e.letter).window(session(4)).count({ name: 'sessions', early: every(5) });
    return sessions.join(sessions, pair, { name: 'j' });
  }, { line: '-aa--a------|' });
  expect(run.changes()).toMatchObject([
    { window: { start: 1, end: 6 }, after: '2 2', finality: 'provisional' },
    { window: { start: 1, end: 6 }, before: '2 2', after: undefined, cause: { kind: 'frontier', time: 9 } },
    { window: { start: 1, end: 9 }, after: '3 3', finality: 'final' },
  ]);
});

test('what goes after its end is not late behind the changes of a session', () => {
  const run = marbles(({ line }) => {
    const sessions = line.keyBy((e) => e.letter).window(session(4)).count({ name: 'sessions', early: every(5) });
    return sessions.changes().window(tumbling(3)).count({ name: 'changes' });
  }, { line: '-aa--a------|' });
  expect(run.rows()).toMatchObject([{ window: { start: 3, end: 6 }, value: 2 }, { window: { start: 6, end: 9 }, value: 1 }]);
  expect(run.late()).toEqual([]);
});

test('of two tables of one source each key leaves once, with both sides', () => {
  const run = marbles(({ line }) => {
    const all = line.keyBy((e) => e.letter);
    return all.window(tumbling(5)).count({ name: 'n' }).join(all.window(tumbling(5)).max((e) => e.time, { name: 'last' }), (n, last) => `${n} until ${last}`, { name: 'j' });
  }, { line: 'ab-a--b' });
  expect(run.changes()).toMatchObject([
    { key: 'a', before: undefined, after: '2 until 3', finality: 'final', evidence: ['assumed'], cause: { kind: 'frontier', time: 5 } },
    { key: 'b', before: undefined, after: '1 until 1', finality: 'final' },
  ]);
});

test('a late event that revises both sides makes one change of the joined row, caused by that event', () => {
  const run = marbles(({ line }) => {
    const keyed = line.keyBy((e) => e.letter);
    const late = revise({ retain: 10 });
    return keyed.window(tumbling(5)).count({ name: 'n', late }).join(keyed.window(tumbling(5)).sum((e) => e.time, { name: 'sum', late }), (n, sum) => ({ n, sum }), { name: 'j' });
  }, { line: 'a-----b-a2------c' });
  expect(run.changes()).toMatchObject([
    { key: 'a', after: { n: 1, sum: 0 }, finality: 'provisional', cause: { kind: 'frontier', time: 5 } },
    { key: 'a', before: { n: 1, sum: 0 }, after: { n: 2, sum: 2 }, revision: 1, time: 4, cause: { kind: 'event', offset: 2 } },
    { key: 'b', after: { n: 1, sum: 6 }, cause: { kind: 'frontier', time: 10 } },
    { key: 'a', before: { n: 2, sum: 2 }, after: { n: 2, sum: 2 }, revision: 1, finality: 'final', evidence: ['assumed'], cause: { kind: 'frontier', time: 15 } },
  ]);
});

test('a row goes when its side goes; since when it is so is when that went', () => {
  const newest = (line: Stream<Marble>, name: string) => line.keyBy(() => 'k').toTable({ name, value: (e) => (e.letter === 'x' ? undefined : e.letter) });
  const run = marbles(({ left, right }: Lines) => newest(left, 'l').leftJoin(newest(right, 'r'), (l, r) => `${l} ${r ?? '–'}`, { name: 'j' }), { left: 'a-----x|', right: '-b--x---b|' });
  expect(run.changes()).toMatchObject([
    { before: undefined, after: 'a –', time: 0, revision: 0 },
    { before: 'a –', after: 'a b', time: 1, revision: 1 },
    { before: 'a b', after: 'a –', time: 4, revision: 2 },
    { before: 'a –', after: undefined, time: 6, revision: 3 },
  ]);
  expect(run.status().states['j']?.entries).toBe(1);
});

test('a join that returns undefined leaves the row out', () => {
  const run = marbles(({ left, right }: Lines) => left.keyBy((e) => e.letter).count().join(right.keyBy((e) => e.letter).count(), (l, r) => (l === r ? l : undefined)), { left: 'a--a', right: '-a-' });
  expect(run.changes()).toMatchObject([{ after: 1, revision: 0 }, { before: 1, after: undefined, revision: 1 }]);
});

test('a joined table can be joined and filtered again, and a table with itself', () => {
  const run = marbles(({ line }) => {
    const table = line.keyBy((e) => e.letter).count({ name: 'n' });
    const squares = table.join(table, (a, b) => a * b, { name: 'squares' });
    return squares.filter((row) => row.value > 1).join(table, (square, n, key) => `${key} ${n}² = ${square}`, { name: 'told' });
  }, { line: 'abaa|' });
  expect(run.changes().map(({ before, after }) => [before, after])).toEqual([
    [undefined, 'a 2² = 4'],
    ['a 2² = 4', 'a 3² = 9'],
  ]);
});

describe('asking', () => {
  const program = () =>
    pipeline('asked', (app) => {
      const source = app.source('events', fedByHand<Marble>(), { time: (e) => e.time, complete: outOfOrder(0) });
      const keyed = source.keyBy({ letter: (e) => e.letter });
      const windows = keyed.window(tumbling(5)).count({ name: 'windows' });
      return {
        totals: keyed.count({ name: 'n' }).join(keyed.max((e) => e.time, { name: 'last' }), (n, last) => ({ n, last }), { name: 'totals' }),
        windows: windows.join(windows, (a, b) => a + b, { name: 'both', keep: 5 }),
      };
    });
  const a = (time: number): Marble => ({ letter: 'a', time });

  test('a joined table is as of the last commit', () => {
    const driver = testDriver(program(), { durable: true });
    driver.source('events').send(a(1));
    expect(driver.table('totals').scan()).toEqual([]);
    driver.commit();
    driver.source('events').send(a(3), { letter: 'b', time: 4 });
    expect(driver.table('totals').get({ letter: 'a' })).toMatchObject({ value: { n: 1, last: 1 }, revision: 0 });
    driver.commit();
    driver.crash();
    expect(driver.table('totals').get({ letter: 'a' })).toMatchObject({ value: { n: 2, last: 3 }, revision: 1, time: 3 });
    expect(driver.table('totals').scan()).toHaveLength(2);
  });

  test('windows are asked by a time in them, for as long as they are kept', () => {
    const driver = testDriver(program(), { durable: true });
    driver.source('events').send(a(1), a(6));
    driver.commit();
    expect(driver.table('windows').get({ letter: 'a' }, 4)).toMatchObject({ value: 2, finality: 'final', window: { start: 0, end: 5 } });
    expect(driver.table('windows').get({ letter: 'a' }, 5)).toBeUndefined();
    expect(driver.table('windows').get({ letter: 'a' })).toBeUndefined();
    driver.source('events').send(a(10));
    expect(driver.table('windows').get({ letter: 'a' }, 0)).toMatchObject({ value: 2 });
    driver.commit();
    expect(driver.table('windows').get({ letter: 'a' }, 0)).toBeUndefined();
    expect(driver.table('windows').get({ letter: 'a' }, 5)).toMatchObject({ value: 2 });
  });
});

describe('functions that throw', () => {
  test('in the course of a timer one row is set aside, and the others leave', () => {
    const run = marbles(({ line }) => {
      const table = line.keyBy((e) => e.letter).window(tumbling(5)).count({ name: 'n' });
      return table.join(table, (n, _, key) => (key === 'b' ? raise() : n), { name: 'j' });
    }, { line: 'abc--d', }, { store: '--c--x' });
    expect(run.rows().map(({ key }) => key)).toEqual(['a', 'c']);
    expect(run.bad()).toMatchObject([{ reason: 'threw', message: 'Error: no' }]);
  });

  test('what fails behind a row that has changed something else is set aside when it is made again', () => {
    const program = pipeline('fails', (app) => {
      const events = app.source('events', fedByHand<Marble>(), { time: (e) => e.time, complete: outOfOrder(0) });
      const table = events.keyBy((e) => e.letter).window(tumbling(5)).count({ name: 'n' });
      const joined = table.join(table, (n) => n, { name: 'j' });
      joined.to(app.sink('first', readByHand()));
      joined.map((row) => (row.key === 'b' ? raise() : row.value)).to(app.sink('second', readByHand()));
    });
    const driver = testDriver(program);
    driver.source('events').send({ letter: 'a', time: 1 }, { letter: 'b', time: 1 });
    expect(() => driver.source('events').send({ letter: 'c', time: 7 })).toThrow(expect.objectContaining({ code: 'EVENT_FAILED', message: expect.stringContaining("the row [\"b\",0] of 'j' in the window that ends at 5") }));
  });

  test('in the course of an event the event fails', () => {
    const failing = () => marbles(({ line }) => {
      const table = line.keyBy((e) => e.letter).count({ name: 'n' });
      return table.join(table, (n) => (n === 2 ? raise() : n), { name: 'j' });
    }, { line: 'aa' });
    expect(failing).toThrow(expect.objectContaining({ code: 'EVENT_FAILED' }));
  });
});

function raise(): never {
  throw new Error('no');
}
