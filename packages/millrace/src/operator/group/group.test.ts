import { describe, expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Stream } from '../../stream/stream.ts';
import { testDriver } from '../../testing/driver.ts';
import { fedByHand } from '../../testing/fixture-source.ts';
import { type Marble, marbles } from '../../testing/marbles.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { tumbling } from '../../time/windowing.ts';
import { revise } from '../late-policy.ts';

type Lines = { line: Stream<Marble> };
const perLetter = ({ line }: Lines) => line.keyBy((e) => e.letter).window(tumbling(5));

test('a group of the rows of a window leaves with them, and is final with them', () => {
  const run = marbles((lines: Lines) => perLetter(lines).count().groupBy((row) => row.value > 1).count(), { line: 'aabc-d' });
  expect(run.changes()).toMatchObject([
    { key: true, after: 1, window: { start: 0, end: 5 }, time: 4, finality: 'final', evidence: ['assumed'], cause: { kind: 'frontier', time: 5 } },
    { key: false, after: 2, window: { start: 0, end: 5 }, finality: 'final' },
  ]);
});

test('a row that moves takes what it was with it: two changes because of one event, and a group without rows goes', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).count().groupBy((row) => row.value).sum((row) => row.value), { line: 'aab' });
  expect(run.changes()).toMatchObject([
    { key: 1, before: undefined, after: 1, time: 0 },
    { key: 1, before: 1, after: undefined, time: 1, cause: { offset: 1 } },
    { key: 2, before: undefined, after: 2, time: 1, cause: { offset: 1 } },
    { key: 1, before: undefined, after: 1, time: 2, revision: 0 },
  ]);
});

describe('in larger windows, by the times of the rows', () => {
  test('groups leave when their window closes', () => {
    const run = marbles((lines: Lines) => perLetter(lines).count().groupBy((row) => row.key).window(tumbling(10)).sum((row) => row.value, { name: 'sums' }), { line: 'a----aa---b--|' });
    expect(run.changes()).toMatchObject([
      { key: 'a', after: 3, window: { start: 0, end: 10 }, time: 9, revision: 0, finality: 'final', cause: { kind: 'frontier', time: 10 } },
      { key: 'b', after: 1, window: { start: 10, end: 20 }, finality: 'final', evidence: ['ended'] },
    ]);
    expect(run.status().states['sums']?.entries).toBe(0);
  });

  test('below a table that revises they revise too, and are final after their own retention', () => {
    const run = marbles(
      (lines: Lines) => perLetter(lines).count({ late: revise({ retain: 5 }) }).groupBy((row) => row.key).window(tumbling(10)).sum((row) => row.value, { late: revise({ retain: 6 }) }),
      { line: 'a----a----a-a7---b' },
    );
    expect(run.changes()).toMatchObject([
      { key: 'a', after: 2, finality: 'provisional', cause: { kind: 'frontier', time: 10 } },
      { key: 'a', before: 2, after: 3, revision: 1, cause: { kind: 'event', offset: 3 } },
      { key: 'a', before: 3, after: 3, revision: 1, finality: 'final', cause: { kind: 'frontier', time: 16 } },
    ]);
  });

  test('of a table without windows they change for ever: rows move from window to window', () => {
    const run = marbles(({ line }) => line.keyBy((e) => e.letter).toTable().groupBy(() => 'all').window(tumbling(5)).count(), { line: 'ab----a----c|' });
    expect(run.changes()).toMatchObject([
      { window: { start: 0, end: 5 }, after: 2, cause: { kind: 'frontier', time: 5 } },
      { window: { start: 0, end: 5 }, before: 2, after: 1, revision: 1, cause: { kind: 'event', offset: 2 } },
      { window: { start: 5, end: 10 }, after: 1, cause: { kind: 'frontier', time: 10 } },
      { window: { start: 10, end: 15 }, after: 1, cause: { kind: 'frontier', time: 15 } },
    ]);
    expect(run.rows()).toEqual([]);
  });
});

test('an aggregation that cannot subtract is made again of the rows there are, in the order of their times', () => {
  const join = { create: () => '', add: (text: string, row: { readonly key: string }) => text + row.key, result: (text: string) => text };
  const run = marbles(({ line }) => line.keyBy((e) => e.letter.toLowerCase()).toTable({ value: (e) => (e.letter < 'a' ? undefined : e.letter) }).groupBy(() => 'all').aggregate(join), { line: 'c-b1-a0-b6-C|' }, { bound: 20 });
  expect(run.changes().map(({ after }) => after)).toEqual(['c', 'cb', 'cab', 'cab', 'ab']);
});

describe('top', () => {
  test('of each window the rows with the greatest values, the greatest first; of equals the lesser key', () => {
    const run = marbles((lines: Lines) => perLetter(lines).count().top(2), { line: 'cbcab--a--' });
    expect(run.rows()).toMatchObject([{ key: undefined, window: { start: 0, end: 5 }, value: [{ key: 'b', value: 2 }, { key: 'c', value: 2 }] }]);
    expect(run.changes()).toHaveLength(1);
  });

  test('of everything, by something else, and within groups', () => {
    const run = marbles(({ line }) => line.keyBy((e) => e.letter).count({ name: 'n' }).top(1, (row) => -row.time), { line: 'ab-a|' });
    expect(run.changes().map(({ after }) => after)).toEqual([[{ key: 'a', value: 1 }], [{ key: 'a', value: 1 }], [{ key: 'b', value: 1 }]]);
    const groups = marbles(({ line }) => line.keyBy((e) => e.letter).count().groupBy((row) => row.key < 'b').top(1, (row) => row.value), { line: 'abccb|' });
    expect(groups.changes().map(({ key, after }) => [key, after?.[0]?.key])).toEqual([[true, 'a'], [false, 'b'], [false, 'b'], [false, 'c'], [false, 'c']]);
  });

  test('a number of places that is none is refused', () => {
    for (const n of [0, 1.5, 10_001, Number.NaN]) expect(() => marbles(({ line }) => line.keyBy((e) => e.letter).count().top(n), { line: '' })).toThrow(`top(${n}): expected 1 to 10000 places`);
    expect(() => marbles(({ line }) => line.keyBy((e) => e.letter).count().top(10_000), { line: '' })).not.toThrow();
  });
});

test('distinct: the values there are, with how many rows have each', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).count().distinct((row) => row.value), { line: 'aab' });
  expect(run.changes().map(({ key, after }) => [key, after])).toEqual([[1, 1], [1, undefined], [2, 1], [1, 1]]);
});

test('groups of open windows can be asked, as of the last commit', () => {
  const program = pipeline('asked', (app) => {
    const events = app.source('events', fedByHand<Marble>(), { time: (e) => e.time, complete: outOfOrder(0) });
    const sums = events.keyBy((e) => e.letter).window(tumbling(5)).count({ name: 'n' }).groupBy(() => 'all').window(tumbling(20)).sum((row) => row.value, { name: 'sums', keep: 5 });
    const most = events.keyBy((e) => e.letter).count({ name: 'totals' }).groupBy(() => 'all').max((row) => row.value, { name: 'most' });
    return { sums, most };
  });
  const driver = testDriver(program, { durable: true });
  driver.source('events').send({ letter: 'a', time: 1 }, { letter: 'a', time: 6 });
  expect(driver.table('sums').get('all', 3)).toBeUndefined();
  driver.commit();
  driver.source('events').send({ letter: 'a', time: 7 }, { letter: 'b', time: 11 });
  expect(driver.table('sums').get('all', 3)).toMatchObject({ value: 1, finality: 'provisional', window: { start: 0, end: 20 } });
  expect(driver.table('most').get('all')).toMatchObject({ value: 2 });
  driver.commit();
  driver.crash();
  expect(driver.table('sums').get('all', 19)).toMatchObject({ value: 3, revision: 0 });
  expect(driver.table('most').scan()).toMatchObject([{ value: 3, revision: 3 }]);
});
