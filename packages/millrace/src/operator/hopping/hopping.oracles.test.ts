import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import { testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { minutes } from '../../time/duration.ts';
import { hopping } from '../../time/own-windowing.ts';
import { type PlainWindowing, tumbling } from '../../time/windowing.ts';

/** The bids of the SQL literature; amounts in cents. */

const bids = [['08:05', 400], ['08:07', 200], ['08:09', 500], ['08:11', 300], ['08:13', 100], ['08:17', 600]] as const;

function sums(windowing: PlainWindowing): readonly unknown[] {
  const driver = testDriver(
    pipeline('bids', (app) => {
      const source = app.source('bids', fedByHand<{ cents: number; time: number }>(), { time: (e) => e.time, complete: outOfOrder(0) });
      const rows = source.window(windowing).sum((e) => e.cents).final();
      rows.map(({ window, value }) => [new Date(window?.start ?? 0).toISOString().slice(11, 16), value]).to(app.sink('sums', readByHand()));
    }),
  );
  for (const [clock, cents] of bids) driver.source('bids').send({ cents, time: Date.parse(`2020-04-15T${clock}:00Z`) });
  driver.source('bids').end();
  return driver.sink('sums').rows();
}

test('tumbling windows of ten minutes', () => {
  expect(sums(tumbling(minutes(10)))).toEqual([['08:00', 1100], ['08:10', 1000]]);
});

test('hopping windows of ten minutes, every five', () => {
  expect(sums(hopping(minutes(10), minutes(5)))).toEqual([['08:00', 1100], ['08:05', 1500], ['08:10', 1000], ['08:15', 600]]);
});
