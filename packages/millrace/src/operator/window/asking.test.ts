import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import { testDriver } from '../../testing/driver.ts';
import { fedByHand } from '../../testing/fixture-source.ts';
import type { Marble } from '../../testing/marbles.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { tumbling } from '../../time/windowing.ts';

/** What queries of a window see, and for how long. */

const program = (keep?: number | 'forever') =>
  pipeline('asked', (app) => {
    const source = app.source('events', fedByHand<Marble>(), { time: (e) => e.time, complete: outOfOrder(0) });
    return { counts: source.keyBy((e) => e.letter).window(tumbling(5)).count(keep === undefined ? { name: 'counts' } : { name: 'counts', keep }) };
  });
const a = (time: number): Marble => ({ letter: 'a', time });

test('without a store a table is as of the last event', () => {
  const driver = testDriver(program());
  driver.source('events').send(a(1), a(2));
  expect(driver.table('counts').get('a', 3)).toMatchObject({ value: 2, finality: 'provisional', evidence: [] });
  expect(driver.table('counts').get('b', 3)).toBeUndefined();
  expect(driver.table('counts').get('a', 5)).toBeUndefined();
  expect(driver.table('counts').get('a')).toBeUndefined();
});

test('with a store it is as of the last commit: new keys are not there, old ones have their old value, closed windows are open', () => {
  const driver = testDriver(program(), { durable: true });
  driver.source('events').send(a(1));
  expect(driver.table('counts').scan()).toEqual([]);
  driver.commit();
  expect(driver.table('counts').scan()).toMatchObject([{ key: 'a', value: 1, finality: 'provisional' }]);
  driver.source('events').send(a(2), { letter: 'b', time: 2 }, a(9));
  expect(driver.table('counts').scan()).toMatchObject([{ key: 'a', value: 1, finality: 'provisional', window: { start: 0, end: 5 } }]);
  driver.commit();
  expect(driver.table('counts').scan()).toMatchObject([{ key: 'a', value: 1, window: { start: 5, end: 10 } }]);
});

test('a closed window is final and can be asked for as long as it is kept', () => {
  const driver = testDriver(program(5), { durable: true });
  driver.source('events').send(a(1), a(5));
  driver.commit();
  expect(driver.table('counts').get('a', 1)).toMatchObject({ value: 1, finality: 'final', evidence: ['assumed'] });
  driver.source('events').send(a(10));
  expect(driver.table('counts').get('a', 1)).toMatchObject({ value: 1, finality: 'final' });
  driver.commit();
  expect(driver.table('counts').get('a', 1)).toBeUndefined();
  expect(driver.table('counts').get('a', 5)).toMatchObject({ value: 1, finality: 'final' });
});

test('what is kept when the input ends is there after a restart too', () => {
  const driver = testDriver(program(10), { durable: true });
  driver.source('events').send(a(1), a(6), a(22));
  driver.source('events').end();
  driver.commit();
  const rows = driver.table('counts').scan();
  expect(rows).toMatchObject([{ window: { end: 25 }, evidence: ['ended'] }]);
  driver.crash();
  expect(driver.table('counts').scan()).toEqual(rows);
  driver.commit();
  driver.crash();
  expect(driver.table('counts').scan()).toEqual(rows);
});

test('what is kept for ever stays, and keeps the evidence on which it was closed', () => {
  const driver = testDriver(program('forever'), { durable: true });
  driver.source('events').send(a(1), a(6));
  driver.source('events').end();
  driver.commit();
  driver.crash();
  expect(driver.table('counts').scan()).toMatchObject([
    { window: { end: 5 }, evidence: ['assumed'] },
    { window: { end: 10 }, evidence: ['ended'] },
  ]);
});
