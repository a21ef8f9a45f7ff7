import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import { type TestDriver, testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { group } from '../../time/group-windowing.ts';
import { session, sliding } from '../../time/own-windowing.ts';
import type { PlainWindowing, Windowing } from '../../time/windowing.ts';
import { type HaltScope, halt } from '../late-policy.ts';
import type { Row } from '../row.ts';

interface Event {
  readonly key: string;
  readonly time: number;
  readonly kind: string;
}

type Driver = TestDriver<Record<never, never>>;

const ada = { by: 'Ada', reason: 'the gateway was slow' };
const groups = group({ open: ({ kind }: Event) => kind === 'o', close: ({ kind }: Event) => kind === 'c', timeout: 10 });

function halting(windowing: Windowing, scope: HaltScope, parkingMax = 1000): Driver {
  const program = pipeline('halting', (app) => {
    const events = app.source('events', fedByHand<Event>(2), { time: (e) => e.time, complete: outOfOrder(0) });
    const counts = events.keyBy((e) => e.key).window(windowing as PlainWindowing).count({ name: 'counts', late: halt({ scope, parkingMax }) });
    counts.final().to(app.sink('rows', readByHand(), { takes: 'irreversible' }));
    counts.late.to(app.sink('late', readByHand()));
    expect(() => counts.adjustments).toThrow("'counts' has no adjustments");
  });
  const driver = testDriver(program, { durable: true });
  driver.advanceFrontier('events', 1_000_000, 1);
  return driver;
}

/** Each event by its key, its time, and of groups what it is: `a12`, `a12o`. */
const event = (text: string): Event => ({ key: text.slice(0, 1), time: Number.parseInt(text.slice(1), 10), kind: text.replace(/^\w\d+/, '') });

function send(driver: Driver, text: string): void {
  driver.source('events').sendBatch(text.split(' ').map(event), { partition: 0 });
  driver.commit();
}

function rows(driver: Driver): readonly unknown[] {
  driver.commit();
  return (driver.sink('rows').rows() as Row<string, number>[]).map(({ key, window, value }) => [key, window?.start, window?.end, value]);
}

function late(driver: Driver): readonly unknown[] {
  driver.commit();
  return (driver.sink('late').rows() as Event[]).map(({ key, time, kind }) => `${key}${time}${kind}`);
}

test('sessions, scope key: the key stands still, others go on; then it goes on as if it had not waited, also after a crash', () => {
  const driver = halting(session(5), 'key');
  send(driver, 'a1 b2 a8 a3');
  expect(driver.holds()).toMatchObject([{ scope: { kind: 'key', operator: 'counts', key: 'a' }, reason: 'late-to-final', choices: ['discard', 'wait'] }]);
  expect(driver.holds()[0]?.evidence).toMatchObject({ operator: 'counts', key: 'a', window: undefined, time: 3, frontier: 8, before: undefined, event: event('a3') });
  // [8, 13) is over, and does not leave; neither does what is parked.
  send(driver, 'a10 b20 a12');
  expect(rows(driver)).toEqual([['a', 1, 6, 1], ['b', 2, 7, 1]]);
  expect(driver.holds()).toHaveLength(1);
  driver.crash();
  driver.resolve(1, { choice: 'discard', ...ada });
  // a12 came when [8, 15) was over: it is late itself.
  expect(rows(driver).slice(2)).toEqual([['a', 8, 15, 2]]);
  expect(late(driver)).toEqual(['a3']);
  expect(driver.holds()).toMatchObject([{ id: 2, evidence: { time: 12, frontier: 20 } }]);
  driver.resolve(2, { choice: 'discard', ...ada });
  expect(late(driver)).toEqual(['a3', 'a12']);
  expect(driver.status().states['counts']?.late).toBe(2);
});

test('sessions: one that was over while its key stood still may have grown, and leaves when it is over again', () => {
  const driver = halting(session(5), 'key');
  send(driver, 'a1 a8 a2 a10 b13');
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(rows(driver)).toEqual([['a', 1, 6, 1]]);
  send(driver, 'b15');
  expect(rows(driver)).toEqual([['a', 1, 6, 1], ['a', 8, 15, 2]]);
});

test.each<[HaltScope, object]>([['partition', { kind: 'partition', source: 'events', partition: 0 }], ['pipeline', { kind: 'pipeline' }]])('sessions, scope %s: nothing more is read there', (scope, shown) => {
  const driver = halting(session(5), scope);
  send(driver, 'a1 a8 a3 a9 b40');
  expect(driver.holds()).toMatchObject([{ scope: shown }]);
  expect(rows(driver)).toEqual([['a', 1, 6, 1]]);
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(rows(driver)).toEqual([['a', 1, 6, 1], ['a', 8, 14, 2]]);
});

test('at the parking limit the partition is not read', () => {
  const driver = halting(session(5), 'key', 2);
  send(driver, 'a1 a8 a3 a9 a10 a11 b40');
  expect(driver.status().sources['events']?.map(({ records, heldBy }) => [records, heldBy])).toEqual([[5, [1]], [0, undefined]]);
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(rows(driver)).toEqual([['a', 1, 6, 1], ['a', 8, 16, 4]]);
});

test('sliding windows: a late event waits for somebody to look at it, and the rows that are open have counted it', () => {
  const driver = halting(sliding(5), 'key');
  send(driver, 'a4 a6 a3');
  expect(driver.holds()).toMatchObject([{ evidence: { time: 3 } }]);
  send(driver, 'b20');
  expect(rows(driver)).toEqual([['a', 0, 5, 1]]);
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(rows(driver)).toEqual([['a', 0, 5, 1], ['a', 2, 7, 3]]);
  expect(late(driver)).toEqual(['a3']);
});

test('groups: what would change one that has left waits; what no opening event has come for is late, and nobody is asked', () => {
  const driver = halting(groups, 'key');
  send(driver, 'a1o a3c b2x a5o a2x');
  expect(driver.holds()).toMatchObject([{ evidence: { key: 'a', time: 2 } }]);
  // The group from 5 on is over at 7; b2 has waited for its opening event until 12.
  send(driver, 'a7c b30x');
  expect(rows(driver)).toEqual([['a', 1, 4, 2]]);
  expect(late(driver)).toEqual(['b2x']);
  expect(driver.holds()).toHaveLength(1);
  driver.crash();
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(rows(driver)).toEqual([['a', 1, 4, 2], ['a', 5, 8, 2]]);
  expect(late(driver)).toEqual(['b2x', 'a2x']);
});

test('groups: what waits for its opening event waits for what is parked, too', () => {
  const driver = halting(groups, 'key');
  send(driver, 'a1o a3c a20x a2x a21c a20o b60');
  expect(late(driver)).toEqual([]);
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(late(driver)).toEqual(['a2x', 'a20x']);
  expect(rows(driver)).toEqual([['a', 1, 4, 2], ['a', 20, 22, 2]]);
});
