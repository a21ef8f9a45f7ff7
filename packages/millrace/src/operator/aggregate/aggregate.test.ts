import { describe, expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Stream } from '../../stream/stream.ts';
import { count } from '../../aggregation/count.ts';
import { max } from '../../aggregation/extreme.ts';
import { testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { type Marble, marbles } from '../../testing/marbles.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { tumbling } from '../../time/windowing.ts';

const totals = ({ line }: { line: Stream<Marble> }) => line.keyBy((e) => e.letter).count({ name: 'totals' });

test('each event changes its key at once, from what to what, and because of which event', () => {
  const run = marbles(totals, { line: 'a-ba|' });
  const common = { window: undefined, finality: 'provisional', evidence: [] };
  expect(run.changes()).toEqual([
    { ...common, key: 'a', before: undefined, after: 1, time: 0, revision: 0, cause: { kind: 'event', source: 'line', partition: 0, offset: 0 } },
    { ...common, key: 'b', before: undefined, after: 1, time: 2, revision: 0, cause: { kind: 'event', source: 'line', partition: 0, offset: 1 } },
    { ...common, key: 'a', before: 1, after: 2, time: 3, revision: 1, cause: { kind: 'event', source: 'line', partition: 0, offset: 2 } },
  ]);
});

test('it has no windows: nothing is late, however old', () => {
  const run = marbles(totals, { line: 'a---------b-a1|' });
  expect(run.changes().at(-1)).toMatchObject({ key: 'a', before: 1, after: 2, time: 1 });
  expect(run.late()).toEqual([]);
});

test('nothing in it is ever final, not even when the input has ended', () => {
  expect(marbles(totals, { line: 'ab|' }).rows()).toEqual([]);
});

test('over the rows of closing windows, a change is caused by the frontier that closed them', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(tumbling(5)).count().final().keyBy((row) => row.key).sum((row) => row.value), { line: 'aa---a|' });
  expect(run.changes()).toMatchObject([
    { key: 'a', before: undefined, after: 2, time: 4, cause: { kind: 'frontier', time: 5 } },
    { key: 'a', before: 2, after: 3, time: 9, cause: { kind: 'frontier', time: 10 } },
  ]);
});

test('an event that closes a window elsewhere is still what causes the change it makes itself', () => {
  const run = marbles(
    ({ line }) => {
      line.window(tumbling(5)).count();
      return line.keyBy((e) => e.letter).count();
    },
    { line: 'a----b|' },
  );
  expect(run.changes()).toMatchObject([
    { key: 'a', cause: { kind: 'event', offset: 0 } },
    { key: 'b', cause: { kind: 'event', offset: 1 } },
  ]);
});

test('0 and -0 are one key, which is called 0', () => {
  const zero = (e: Marble): number => (e.letter === 'a' ? -0 : 0);
  const plain = marbles(({ line }) => line.keyBy(zero).count(), { line: 'ab' });
  expect(plain.changes().map(({ key, after }) => [key, after])).toEqual([[0, 1], [0, 2]]);
  const composite = marbles(({ line }) => line.keyBy({ letter: () => 'x', zero }).count(), { line: 'ab' });
  expect(composite.changes().map(({ key, after }) => [key, after])).toEqual([[{ letter: 'x', zero: 0 }, 1], [{ letter: 'x', zero: 0 }, 2]]);
});

test('several aggregations at once change together', () => {
  const run = marbles(({ line }) => line.keyBy({ letter: (e) => e.letter }).aggregate({ n: count(), last: max((e) => e.time) }), { line: 'a-a|' });
  expect(run.changes()).toMatchObject([
    { key: { letter: 'a' }, before: undefined, after: { n: 1, last: 0 } },
    { key: { letter: 'a' }, before: { n: 1, last: 0 }, after: { n: 2, last: 2 } },
  ]);
});

describe('asking', () => {
  const program = () =>
    pipeline('asked', (app) => {
      const source = app.source('events', fedByHand<Marble>(), { time: (e) => e.time, complete: outOfOrder(0) });
      return { totals: source.keyBy((e) => e.letter).count({ name: 'totals' }) };
    });

  test('without a store a table is as of the last event', () => {
    const driver = testDriver(program());
    driver.source('events').send({ letter: 'a', time: 1 }, { letter: 'a', time: 2 });
    expect(driver.table('totals').get('a')).toEqual({ key: 'a', window: undefined, value: 2, time: 2, revision: 1, finality: 'provisional', evidence: [] });
    expect(driver.table('totals').get('b')).toBeUndefined();
  });

  test('with a store it is as of the last commit, also between the changes of one commit', () => {
    const driver = testDriver(program(), { durable: true });
    driver.source('events').send({ letter: 'a', time: 1 });
    expect(driver.table('totals').get('a')).toBeUndefined();
    driver.commit();
    driver.source('events').send({ letter: 'a', time: 2 }, { letter: 'a', time: 3 }, { letter: 'b', time: 3 });
    expect(driver.table('totals').scan()).toMatchObject([{ key: 'a', value: 1, revision: 0, time: 1 }]);
    driver.commit();
    expect(driver.table('totals').scan()).toMatchObject([{ key: 'a', value: 3, revision: 2, time: 3 }, { key: 'b', value: 1 }]);
    driver.crash();
    expect(driver.table('totals').scan()).toMatchObject([{ key: 'a', value: 3, revision: 2, time: 3 }, { key: 'b', value: 1 }]);
  });
});

describe('revisions', () => {
  /** The same counts, of up to three parts of each letter: once with somebody who listens, once for queries only. */
  const program = () =>
    pipeline('revisions', (app) => {
      const parts = app.source('events', fedByHand<Marble>(), { time: (e) => e.time, complete: outOfOrder(0) }).flatMap((e) => [...e.letter]);
      const byLetter = parts.keyBy((letter) => letter);
      const heard = byLetter.count({ name: 'heard' });
      heard.to(app.sink('changes', readByHand()));
      return { heard, unheard: byLetter.count({ name: 'unheard' }) };
    });

  test('a row that nobody listens to is in the same revision as one whose changes leave: a step is one change, whatever it brings', () => {
    const driver = testDriver(program());
    driver.source('events').send({ letter: 'aab', time: 1 }, { letter: 'ab', time: 2 }, { letter: 'aaa', time: 3 });
    const newest = [{ key: 'a', value: 6, revision: 2, time: 3 }, { key: 'b', value: 2, revision: 1, time: 2 }];
    expect(driver.table('heard').scan()).toMatchObject(newest);
    expect(driver.table('unheard').scan()).toMatchObject(newest);
    expect(driver.sink('changes').rows()).toMatchObject([
      { key: 'a', after: 2, revision: 0 },
      { key: 'b', after: 1, revision: 0 },
      { key: 'a', after: 3, revision: 1 },
      { key: 'b', after: 2, revision: 1 },
      { key: 'a', after: 6, revision: 2 },
    ]);
  });

  test('that stays so over commits and crashes', () => {
    const driver = testDriver(program(), { durable: true });
    driver.source('events').send({ letter: 'aab', time: 1 });
    driver.commit();
    driver.source('events').send({ letter: 'aa', time: 2 });
    driver.crash();
    driver.source('events').send({ letter: 'b', time: 2 });
    driver.commit();
    expect(driver.table('unheard').scan()).toEqual(driver.table('heard').scan());
    expect(driver.table('unheard').get('a')).toMatchObject({ revision: 1 });
  });
});

describe('functions that throw', () => {
  test('a sum that would be too large is refused before anything changes', () => {
    const run = marbles(({ line }) => line.keyBy(() => 'all').sum((e) => (e.letter === 'x' ? Number.MAX_SAFE_INTEGER : 1)), { line: 'axa|' });
    expect(run.changes()).toMatchObject([{ after: 1 }, { before: 1, after: 2, revision: 1 }]);
    expect(run.bad()).toMatchObject([{ offset: 1, message: expect.stringContaining('beyond the safe integers') }]);
  });

  test('of several aggregations that refuse an event none has counted it', () => {
    const fields = { n: count(), most: max((e: Marble) => (e.letter === 'x' ? Number.NaN : e.time)) };
    const run = marbles(({ line }) => line.keyBy(() => 'all').aggregate(fields), { line: 'axa|' });
    expect(run.changes().map(({ after }) => after)).toEqual([
      { n: 1, most: 0 },
      { n: 2, most: 2 },
    ]);
  });

  test('a result that throws on the first event of a key comes after a touch: without a store the program stops', () => {
    const refuse = () =>
      marbles(({ line }) => line.keyBy((e) => e.letter).aggregate({ create: () => 0, add: (n: number) => n + 1, result: () => { throw new Error('no result'); } }), { line: 'a|' });
    expect(refuse).toThrow(expect.objectContaining({ code: 'EVENT_FAILED' }));
  });
});
