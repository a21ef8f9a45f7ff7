import { expect, test } from 'vitest';
import type { Adjustment } from '../ledger/adjustment.ts';
import { pipeline } from '../../stream/pipeline.ts';
import { HOLDS_MAX } from '../../task/hold-book.ts';
import { type TestDriver, testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { tumbling } from '../../time/windowing.ts';
import { type HaltScope, halt } from '../late-policy.ts';
import type { Row } from '../row.ts';

interface Event {
  readonly key: string;
  readonly time: number;
}

type Driver = TestDriver<never>;
const ada = { by: 'Ada', reason: 'looked at it' } as const;

/** Counts per key and window of 10, under `halt`; behind it, counts of all rows per window of 20. */
function halting(scope: HaltScope, { partitions = 1, parkingMax = 100, keep = 100, durable = true } = {}): Driver {
  const program = pipeline('halting', (app) => {
    const events = app.source('events', fedByHand<Event>(partitions), { time: (e) => e.time, complete: outOfOrder(0) });
    const counts = events.keyBy((e) => e.key).window(tumbling(10)).count({ name: 'counts', late: halt({ scope, keep, parkingMax }), keep: 1000 });
    counts.final().to(app.sink('rows', readByHand()));
    counts.late.to(app.sink('late', readByHand()));
    counts.adjustments.to(app.sink('adjustments', readByHand()));
    counts.final().window(tumbling(20)).count({ name: 'behind' }).final().to(app.sink('behind', readByHand()));
    return { counts } as never;
  });
  return testDriver(program, { durable }) as Driver;
}

function send(driver: Driver, texts: string, partition = 0): void {
  const rows = texts.split(' ').map((text): Event => ({ key: text[0] as string, time: Number(text.slice(1)) }));
  driver.source('events').sendBatch(rows, { partition });
}

function seen(driver: Driver, sink = 'rows'): readonly string[] {
  driver.commit();
  return (driver.sink(sink).rows() as Row<string, number>[]).map(({ key, window, value }) => `${key ?? ''}${window?.start}=${value}`);
}

const left = (driver: Driver, sink: string): readonly unknown[] => {
  driver.commit();
  return driver.sink(sink).rows();
};

test('scope pipeline: nothing is read until somebody decides; then the rest of the batch is, in order', () => {
  const driver = halting('pipeline', { partitions: 2 });
  send(driver, 'a1', 1);
  send(driver, 'a1 a12 a3 a13 a25', 0);
  send(driver, 'b30', 1);
  expect(driver.holds()).toEqual([]);
  send(driver, 'a2 b31', 0);
  expect(driver.holds()).toMatchObject([{ id: 1, scope: { kind: 'pipeline' }, reason: 'late-to-final', choices: ['discard', 'accept', 'wait'] }]);
  expect(driver.holds()[0]?.evidence).toEqual({
    operator: 'counts', key: 'a', window: { start: 0, end: 10 }, time: 2, source: 'events', partition: 0, offset: 5, event: { key: 'a', time: 2 }, frontier: 25, before: 3,
  });
  send(driver, 'b60', 1);
  const { sources } = driver.status();
  expect(sources['events']?.map(({ records, heldBy, frontier }) => [records, heldBy, frontier])).toEqual([[6, [1], 25], [2, [1], 30]]);
  driver.crash();
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(driver.holds()).toEqual([]);
  expect(driver.status().sources['events']?.map(({ records, frontier }) => [records, frontier])).toEqual([[7, 31], [3, 60]]);
  expect(left(driver, 'late')).toEqual([{ key: 'a', time: 2 }]);
  expect(driver.status().states['counts']?.late).toBe(1);
});

test('scope partition: that partition is not read, another one is', () => {
  const driver = halting('partition', { partitions: 2 });
  send(driver, 'a25', 0);
  send(driver, 'a25 a2 a26', 1);
  send(driver, 'b26', 0);
  expect(driver.holds()).toMatchObject([{ scope: { kind: 'partition', source: 'events', partition: 1 } }]);
  expect(driver.status().sources['events']?.map(({ records, heldBy }) => [records, heldBy])).toEqual([[2, undefined], [2, [1]]]);
  driver.resolve(1, { choice: 'wait', ...ada });
  expect(driver.holds()).toHaveLength(1);
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(driver.status().sources['events']?.map(({ records }) => records)).toEqual([2, 3]);
});

test('scope key: later events of the key are parked, and its windows stay open; others go on, and the frontier behind waits', () => {
  const driver = halting('key');
  send(driver, 'a1 b1 a12 b13 b25');
  expect(seen(driver)).toEqual(['a0=1', 'b0=1', 'a10=1', 'b10=1']);
  expect(seen(driver, 'behind')).toEqual(['0=4']);
  send(driver, 'a27 a2 a28 b28 b35 a36 b65');
  expect(driver.holds()).toMatchObject([{ scope: { kind: 'key', operator: 'counts', key: 'a' } }]);
  expect(driver.status().states['counts parked']?.entries).toBe(2);
  expect(seen(driver)).toEqual(['a0=1', 'b0=1', 'a10=1', 'b10=1', 'b20=2', 'b30=1']);
  // The row of a that was held back is of 29: the window [20, 40) behind waits for it.
  expect(seen(driver, 'behind')).toEqual(['0=4']);
  driver.crash();
  driver.resolve(1, { choice: 'accept', ...ada });
  expect(seen(driver).slice(6)).toEqual(['a20=2', 'a30=1']);
  expect(seen(driver, 'behind')).toEqual(['0=4', '20=4']);
  expect(left(driver, 'adjustments')).toEqual([
    {
      adjusts: { table: 'counts', key: 'a', window: { start: 0, end: 10 }, revision: 0 },
      before: 1,
      after: 2,
      time: 9,
      cause: { kind: 'decision', hold: 1, ...ada },
      finality: 'final',
      evidence: ['assumed'],
    } satisfies Adjustment<string, number>,
  ]);
});

test('what is final does not change: whoever asks sees what has left, also after an adjustment of it', () => {
  for (const durable of [false, true]) {
    const driver = halting('key', { durable });
    const table = () => (driver.table('counts' as never) as { get(key: string, at: number): Row<string, number> | undefined }).get('a', 5);
    send(driver, 'a1 a25 a2');
    driver.resolve(1, { choice: 'accept', ...ada });
    if (durable) driver.commit();
    expect(table()).toMatchObject({ value: 1, finality: 'final', revision: 0 });
    send(driver, 'a3 c4');
    driver.resolve(2, { choice: 'accept', ...ada });
    driver.resolve(3, { choice: 'accept', ...ada });
    if (durable) driver.commit();
    expect(table()?.value).toBe(1);
  }
});

test('adjustments of one result follow on each other; of nothing, they say that there was nothing', () => {
  const driver = halting('partition');
  send(driver, 'a1 a25 a2 a3 c4 c5');
  for (const id of [1, 2, 3, 4]) driver.resolve(id, { choice: 'accept', ...ada });
  const adjustments = left(driver, 'adjustments') as Adjustment<string, number>[];
  expect(adjustments.map(({ adjusts, before, after }) => [adjusts.key, adjusts.revision, before, after])).toEqual([
    ['a', 0, 1, 2],
    ['a', 1, 2, 3],
    ['c', 0, undefined, 1],
    ['c', 1, 1, 2],
  ]);
});

test('beyond `keep` nothing can be accepted', () => {
  const driver = halting('partition', { keep: 30 });
  send(driver, 'a1 a39 a2');
  expect(driver.holds()[0]?.choices).toEqual(['discard', 'accept', 'wait']);
  driver.resolve(1, { choice: 'discard', ...ada });
  send(driver, 'a40 a3');
  expect(driver.holds()[0]?.choices).toEqual(['discard', 'wait']);
  expect(() => driver.resolve(2, { choice: 'accept', ...ada })).toThrow(expect.objectContaining({ code: 'CHOICE_NOT_OFFERED' }));
  expect(() => driver.resolve(9, { choice: 'discard', ...ada })).toThrow(expect.objectContaining({ code: 'UNKNOWN_HOLD' }));
  expect(() => driver.resolve(2, { choice: 'discard', by: '', reason: 'x' })).toThrow(RangeError);
});

test('a parked event that was late when it came is held in its turn, and what follows it stays parked', () => {
  const driver = halting('key');
  send(driver, 'a1 a25 a2 b35 a26 a36 b45');
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(driver.holds()).toMatchObject([{ id: 2, evidence: { time: 26, frontier: 35, before: 1 } }]);
  expect(driver.status().states['counts parked']?.entries).toBe(1);
  driver.commit();
  driver.crash();
  expect(driver.status().states['counts parked']?.entries).toBe(1);
  driver.resolve(2, { choice: 'accept', ...ada });
  expect(driver.status().states['counts parked']?.entries).toBe(0);
  expect(seen(driver)).toEqual(['a0=1', 'b30=1', 'a20=1', 'a30=1']);
});

test('at the limit of what is parked the partition is not read, and one before it is', () => {
  const driver = halting('key', { parkingMax: 2 });
  send(driver, 'a1 a25 a2 a26 b26');
  expect(driver.status().sources['events']?.[0]).toMatchObject({ records: 5 });
  send(driver, 'a27 b28 b29');
  expect(driver.status().sources['events']?.[0]).toMatchObject({ records: 6, heldBy: [1] });
  expect(driver.holds()[0]?.stops).toEqual([{ source: 'events', partition: 0 }]);
  driver.commit();
  driver.crash();
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(driver.status().sources['events']?.[0]?.records).toBe(8);
  expect(driver.status().sources['events']?.[0]?.heldBy).toBeUndefined();
});

test('10,000 holds wait at once; the partition that brings one more is not read', () => {
  const program = pipeline('many', (app) => {
    const events = app.source('events', fedByHand<number>(), { time: (n) => (n === 0 ? 25 : 1), complete: outOfOrder(0) });
    events.keyBy((n) => n).window(tumbling(10)).count({ name: 'counts', late: halt({ scope: 'key', keep: 100 }) });
  });
  const driver = testDriver(program);
  driver.source('events').sendBatch(Array.from({ length: HOLDS_MAX + 1 }, (_, n) => n));
  expect(driver.status().sources['events']?.[0]?.heldBy).toBeUndefined();
  driver.source('events').sendBatch([HOLDS_MAX + 1, HOLDS_MAX + 2]);
  expect(driver.holds()).toHaveLength(HOLDS_MAX + 1);
  expect(driver.status().sources['events']?.[0]).toMatchObject({ records: HOLDS_MAX + 2, heldBy: [HOLDS_MAX + 1] });
});

test('at the end of the input the frontier behind a held key is not the end before somebody has decided', () => {
  const driver = halting('key');
  send(driver, 'a1 a25 a2');
  driver.source('events').end();
  expect(seen(driver, 'behind')).toEqual(['0=1']);
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(seen(driver)).toEqual(['a0=1', 'a20=1']);
  expect(seen(driver, 'behind')).toEqual(['0=1', '20=1']);
});

test('what a policy says is shown', () => {
  const program = pipeline('shown', (app) => {
    const events = app.source('events', fedByHand<Event>(), { time: (e) => e.time, complete: outOfOrder(0), onThrow: 'hold', onBad: { holdAbove: 0.1, ofLast: 20 } });
    events.window(tumbling(10)).count({ late: halt({ scope: 'key', keep: 60_000 }) }).final().to(app.sink('out', readByHand(), { onRefused: 'hold' }));
  });
  expect(program.describe()).toContain('late: halt the key, kept 1 min, at most 10000 parked');
  expect(program.describe()).toContain('threw: hold, bad above 0.1 of the last 20: hold');
  expect(program.describe()).toContain('refused: hold');
});

test.each([{ scope: 'all' as HaltScope, keep: 1 }, { scope: 'key' as const, keep: -1 }, { scope: 'key' as const, keep: 1, parkingMax: 0 }])('%o is no policy', (options) => {
  expect(() => halt(options)).toThrow(RangeError);
});
