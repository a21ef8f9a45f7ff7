import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import { testDriver } from '../../testing/driver.ts';
import { fedByHand } from '../../testing/fixture-source.ts';
import { type Marble, marbles } from '../../testing/marbles.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { tumbling } from '../../time/windowing.ts';

test('each row has the value that is made of it; the rest of the row stays', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(tumbling(5)).count().map((row) => `${row.key} ${row.value}`), { line: 'aab|' });
  expect(run.rows()).toMatchObject([
    { key: 'a', value: 'a 2', window: { start: 0, end: 5 }, finality: 'final', evidence: ['ended'] },
    { key: 'b', value: 'b 1' },
  ]);
});

test('a row of which undefined is made is left out, and goes if it was there', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).count().map((row) => (row.value === 2 ? undefined : row.value * 10)), { line: 'aaa|' });
  expect(run.changes()).toMatchObject([
    { before: undefined, after: 10, revision: 0 },
    { before: 10, after: undefined, revision: 1, time: 1 },
    { before: undefined, after: 30, revision: 2, time: 2 },
  ]);
});

test('a mapped table is asked through the table it is made of, as of the last commit', () => {
  const program = pipeline('asked', (app) => {
    const events = app.source('events', fedByHand<Marble>(), { time: (e) => e.time, complete: outOfOrder(0) });
    const counts = events.keyBy((e) => e.letter).count({ name: 'counts' });
    return { tens: counts.map((row) => (row.value > 1 ? row.value * 10 : undefined)), many: counts.filter((row) => row.value > 2) };
  });
  const driver = testDriver(program, { durable: true });
  const send = (time: number): void => driver.source('events').send({ letter: 'a', time });
  send(1);
  driver.commit();
  send(2);
  expect(driver.table('tens').get('a')).toBeUndefined();
  driver.commit();
  send(3);
  expect(driver.table('tens').get('a')).toMatchObject({ value: 20, revision: 1 });
  expect(driver.table('many').scan()).toEqual([]);
  driver.commit();
  expect(driver.table('tens').scan()).toMatchObject([{ key: 'a', value: 30 }]);
  expect(driver.table('many').get('a')).toMatchObject({ value: 3 });
});
