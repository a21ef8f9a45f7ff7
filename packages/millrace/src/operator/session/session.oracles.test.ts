import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import { testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { minutes } from '../../time/duration.ts';
import { session } from '../../time/own-windowing.ts';

/** Results that others have published: half-open sessions, and those that touch do not merge. */

function sessionsOf(gap: number, times: readonly number[]) {
  const driver = testDriver(
    pipeline('sessions', (app) => {
      const source = app.source('times', fedByHand<number>(), { time: (time) => time, complete: outOfOrder(1e9) });
      source
        .window(session(gap))
        .aggregate({ create: (): number[] => [], add: (list, time) => [...list, time], result: (list) => list })
        .final()
        .map(({ window, value }) => [window?.start, window?.end, value])
        .to(app.sink('sessions', readByHand()));
    }),
  );
  driver.source('times').send(...times);
  driver.source('times').end();
  return driver.sink('sessions').rows();
}

test('gap 10: sessions that touch stay apart', () => {
  expect(sessionsOf(10, [0, 10, 101])).toEqual([[0, 10, [0]], [10, 20, [10]], [101, 111, [101]]]);
});

test('gap 10: in order', () => {
  expect(sessionsOf(10, [1, 2, 5, 9, 100, 101])).toEqual([[1, 19, [1, 2, 5, 9]], [100, 111, [100, 101]]]);
});

test('gap 10: out of order', () => {
  expect(sessionsOf(10, [1, 15, 30, 100, 101, 95, 22, 10])).toEqual([[1, 40, [1, 10, 15, 22, 30]], [95, 111, [95, 100, 101]]]);
});

test('gap 1000', () => {
  expect(sessionsOf(1000, [1, 2, 1000, 5000, 5001, 10_000]).map((row) => (row as unknown[]).slice(0, 2))).toEqual([[1, 2000], [5000, 6001], [10_000, 11_000]]);
});

test('gap of ten minutes', () => {
  const at = (clock: string): number => Date.parse(`2020-01-01T${clock}Z`);
  const rows = sessionsOf(minutes(10), ['10:00', '10:04', '10:13', '10:20', '10:32', '10:36', '10:40', '10:51'].map(at));
  expect(rows.map((row) => (row as unknown[]).slice(0, 2))).toEqual([
    [at('10:00'), at('10:30')],
    [at('10:32'), at('10:50')],
    [at('10:51'), at('11:01')],
  ]);
});
