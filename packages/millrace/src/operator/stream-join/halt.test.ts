import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program, Tables } from '../../stream/program.ts';
import { type TestDriver, testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { tumbling } from '../../time/windowing.ts';
import { type HaltScope, halt } from '../late-policy.ts';

interface Event {
  readonly key: string;
  readonly time: number;
}

type Driver = TestDriver<Tables>;
const ada = { by: 'Ada', reason: 'looked at it' } as const;
const text = (e: Event | undefined): string => (e === undefined ? '-' : `${e.key}${e.time}`);

/** Left events with right ones at most 5 apart, and alone; behind it, counts per window of 10. */
function program(scope: HaltScope, parkingMax = 100): Program<Tables> {
  return pipeline('halting', (app) => {
    const times = { time: (e: Event) => e.time, complete: outOfOrder(0) };
    const [left, right] = ['left', 'right'].map((name) => app.source(name, fedByHand<Event>(), times).keyBy((e) => e.key));
    if (left === undefined || right === undefined) return;
    const pairs = left.leftJoin(right, { name: 'join', within: 5, late: halt({ scope, parkingMax }) }, (l, r) => `${text(l)}+${text(r)}`);
    pairs.to(app.sink('out', readByHand()));
    pairs.late.to(app.sink('late', readByHand()));
    const counts = pairs.window(tumbling(10)).count({ name: 'behind' });
    counts.final().to(app.sink('behind', readByHand()));
  });
}

function send(driver: Driver, source: string, texts: string): void {
  driver.source(source).sendBatch(texts.split(' ').map((one): Event => ({ key: one[0] as string, time: Number(one.slice(1)) })));
}

const seen = (driver: Driver, sink = 'out'): readonly unknown[] => {
  driver.commit();
  return driver.sink(sink).rows();
};

test('scope key: later events of the key are parked on both sides, and nothing of it leaves alone or is forgotten; others go on', () => {
  const driver = testDriver(program('key'), { durable: true });
  send(driver, 'right', 'b1 a30');
  send(driver, 'left', 'a10 b10 a4 b11');
  // The left frontier is the lesser one, 10: a4 is late.
  expect(driver.holds()).toMatchObject([
    { id: 1, scope: { kind: 'key', operator: 'join', key: 'a' }, choices: ['discard', 'wait'], evidence: { key: 'a', time: 4, frontier: 10, event: { key: 'a', time: 4 }, window: undefined } },
  ]);
  send(driver, 'right', 'a31 b32');
  send(driver, 'left', 'a27 b40 a3000 b3000');
  send(driver, 'right', 'b3000');
  expect(driver.status().states['join parked']?.entries).toBe(3);
  // a10 would have left alone by now, and nothing of its time would be kept.
  expect(seen(driver)).toEqual(['b10+-', 'b11+-', 'b40+-', 'b3000+b3000']);
  expect(driver.sink('behind').rows()).toEqual([]);
  driver.crash();
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(seen(driver).slice(4)).toEqual(['a10+-', 'a27+a30', 'a27+a31']);
  expect(seen(driver, 'late')).toEqual([{ key: 'a', time: 4 }]);
  expect((seen(driver, 'behind') as { window: { start: number }; value: number }[]).map(({ window, value }) => [window.start, value])).toEqual([[10, 3], [30, 2], [40, 1]]);
  expect(driver.status().states['behind']?.late).toBe(0);
});

test('what was parked and was late itself is held in its turn', () => {
  const driver = testDriver(program('key'), { durable: true });
  send(driver, 'right', 'b50');
  send(driver, 'left', 'a10 a4 b20 a12 a21 b50');
  driver.commit();
  driver.crash();
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(driver.holds()).toMatchObject([{ id: 2, evidence: { time: 12, frontier: 20 } }]);
  expect(driver.status().states['join parked']?.entries).toBe(1);
  expect(seen(driver)).toEqual(['b20+-', 'b50+b50', 'a10+-']);
  driver.crash();
  driver.resolve(2, { choice: 'discard', ...ada });
  expect(seen(driver)).toEqual(['b20+-', 'b50+b50', 'a10+-', 'a21+-']);
});

test('scope partition: that partition is not read; at the limit of what is parked, by key, neither', () => {
  const driver = testDriver(program('partition'), { durable: true });
  send(driver, 'right', 'b50');
  send(driver, 'left', 'a10 a4 a11');
  expect(driver.status().sources['left']?.[0]).toMatchObject({ records: 2, heldBy: [1] });
  expect(driver.status().sources['right']?.[0]?.heldBy).toBeUndefined();
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(driver.status().sources['left']?.[0]).toMatchObject({ records: 3 });
  const parking = testDriver(program('key', 1), { durable: true });
  send(parking, 'right', 'b50');
  send(parking, 'left', 'a10 a4 a11 a12');
  expect(parking.status().sources['left']?.[0]).toMatchObject({ records: 3, heldBy: [1] });
});

test('in windows, evidence names the window; and the policy is shown', () => {
  const written = pipeline('windows', (app) => {
    const times = { time: (e: Event) => e.time, complete: outOfOrder(0) };
    const [left, right] = ['left', 'right'].map((name) => app.source(name, fedByHand<Event>(), times).keyBy((e) => e.key));
    left?.window(tumbling(10)).join(right as NonNullable<typeof right>, { name: 'join', late: halt({ scope: 'pipeline' }) }, (l, r) => `${text(l)}+${text(r)}`).to(app.sink('out', readByHand()));
  });
  expect(written.describe()).toContain("join 'join' in tumbling 10 ms, late: halt the pipeline");
  const driver = testDriver(written);
  send(driver as Driver, 'right', 'b50');
  send(driver as Driver, 'left', 'a21 a14');
  expect(driver.holds()).toMatchObject([{ evidence: { time: 14, window: { start: 10, end: 20 }, frontier: 21 } }]);
});
