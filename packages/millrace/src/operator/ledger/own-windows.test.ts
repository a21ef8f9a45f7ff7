import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Stream } from '../../stream/stream.ts';
import type { Table } from '../../stream/table.ts';
import { type TestDriver, testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { group } from '../../time/group-windowing.ts';
import { hopping, session, sliding } from '../../time/own-windowing.ts';
import { daily } from '../../time/schedule.ts';
import { global } from '../../time/windowing.ts';
import { type ReconcilePolicy, reconcile } from '../late-policy.ts';
import type { Row } from '../row.ts';
import type { Adjustment } from './adjustment.ts';

interface Step {
  readonly at: number;
  readonly key: string;
  readonly n: number;
}

/** Each event by its key, its time and its number: `a12 7`. */
const steps = (text: string): readonly Step[] =>
  text.split(', ').map((one) => {
    const [place = '', n] = one.split(' ');
    return { key: place.slice(0, 1), at: Number(place.slice(1)), n: Number(n ?? 1) };
  });

type Sums = Table<string, number, Step>;

function driven(make: (events: Stream<Step>, late: ReconcilePolicy) => Sums, keep = 1000): TestDriver<Record<never, never>> {
  const program = pipeline('ledger', (app) => {
    const again = { ...fedByHand<Step>(), again: () => Promise.reject(new Error('the test driver reads again by itself')) };
    const sums = make(app.source('steps', again, { time: ({ at }) => at, complete: outOfOrder(0) }), reconcile({ at: daily('02:00', 'UTC'), keep }));
    sums.final().to(app.sink('rows', readByHand(), { takes: 'irreversible' }));
    sums.late.to(app.sink('late', readByHand()));
    sums.adjustments.to(app.sink('adjustments', readByHand(), { takes: 'adjustable' }));
  });
  return testDriver(program, { durable: true });
}

const send = (driver: TestDriver<Record<never, never>>, text: string): void => {
  driver.source('steps').send(...steps(text));
  driver.commit();
};

const left = (driver: TestDriver<Record<never, never>>): readonly unknown[] =>
  (driver.sink('rows').rows() as Row<string, number>[]).map(({ key, window, value }) => [key, window?.start, window?.end, value]);

const adjusted = (driver: TestDriver<Record<never, never>>): readonly unknown[] =>
  (driver.sink('adjustments').rows() as Adjustment<string, number>[]).map(({ adjusts: { key, window, revision }, before, after }) => [key, window.start, window.end, revision, before, after]);

test('hopping windows: an event that is late for one window and counts in another is adjusted where it is missing', () => {
  const driver = driven((events, late) => events.keyBy(({ key }) => key).window(hopping(10, 5)).sum(({ n }) => n, { name: 'sums', late }));
  send(driver, 'a6 1, a12 2, a8 4, a30 1');
  expect(left(driver)).toEqual([['a', 0, 10, 1], ['a', 5, 15, 7], ['a', 10, 20, 2]]);
  expect(driver.sink('late').rows()).toEqual([]);
  driver.reconcile();
  driver.reconcile();
  driver.commit();
  expect(adjusted(driver)).toEqual([['a', 0, 10, 0, 1, 5]]);
});

test('sessions: a late event that makes one of two takes both away, and adds the one', () => {
  const driver = driven((events, late) => events.keyBy(({ key }) => key).window(session(4)).sum(({ n }) => n, { name: 'sums', late }));
  send(driver, 'a1 1, b2 8, a7 2, a30 1, a4 4, b31 1');
  expect(left(driver)).toEqual([['a', 1, 5, 1], ['b', 2, 6, 8], ['a', 7, 11, 2]]);
  expect(driver.sink('late').rows()).toEqual(steps('a4 4'));
  driver.reconcile();
  driver.commit();
  expect(adjusted(driver)).toEqual([['a', 1, 5, 0, 1, undefined], ['a', 1, 11, 0, undefined, 7], ['a', 7, 11, 0, 2, undefined]]);
  // A later one goes on from there, also after a crash.
  send(driver, 'a9 16');
  driver.commit();
  driver.crash();
  driver.reconcile();
  driver.commit();
  expect(adjusted(driver).slice(3)).toEqual([['a', 1, 11, 0, 7, undefined], ['a', 1, 13, 0, undefined, 23]]);
});

test('sessions: a session that a late event makes a part of an open one is taken away, and comes with that', () => {
  const driver = driven((events, late) => events.keyBy(({ key }) => key).window(session(4)).sum(({ n }) => n, { name: 'sums', late }));
  send(driver, 'a1 1, a7 2, a4 4');
  driver.reconcile();
  driver.commit();
  expect(adjusted(driver)).toEqual([['a', 1, 5, 0, 1, undefined]]);
  send(driver, 'a30 1');
  driver.reconcile();
  driver.commit();
  expect(left(driver)).toEqual([['a', 1, 5, 1], ['a', 7, 11, 2]]);
  expect(adjusted(driver).slice(1)).toEqual([['a', 1, 11, 0, undefined, 7], ['a', 7, 11, 0, 2, undefined]]);
});

test('sessions: one that ended longer ago than is kept stays as it left', () => {
  const driver = driven((events, late) => events.keyBy(({ key }) => key).window(session(4)).sum(({ n }) => n, { name: 'sums', late }), 20);
  send(driver, 'a1 1, a7 2, a26 1, a4 4');
  driver.reconcile();
  driver.commit();
  expect(adjusted(driver)).toEqual([['a', 1, 11, 0, undefined, 7], ['a', 7, 11, 0, 2, undefined]]);
  expect(driver.status().states['sums ledger']?.entries).toBe(2);
});

test('sliding windows: a late event gets its row, and those that see it are adjusted; rows of one time are alike', () => {
  const driver = driven((events, late) => events.keyBy(({ key }) => key).window(sliding(5)).sum(({ n }) => n, { name: 'sums', late }));
  send(driver, 'a1 1, a3 2, a3 4, a9 8, a3 16, a20 1');
  expect(left(driver)).toEqual([['a', -3, 2, 1], ['a', -1, 4, 7], ['a', -1, 4, 7], ['a', 5, 10, 8]]);
  driver.reconcile();
  driver.reconcile();
  driver.commit();
  expect(adjusted(driver)).toEqual([['a', -1, 4, 0, 7, 23], ['a', -1, 4, 0, 7, 23], ['a', -1, 4, 0, undefined, 23]]);
});

test('groups: a late opening event makes another group, and what was not one before becomes one', () => {
  const windowing = group({ open: ({ n }: Step) => n === 1, close: ({ n }: Step) => n === 2, timeout: 10 });
  const driver = driven((events, late) => events.keyBy(({ key }) => key).window(windowing).count({ name: 'sums', late }));
  send(driver, 'a5 1, a8 2, a9 2, a40 3, a3 1, a6 2');
  expect(left(driver)).toEqual([['a', 5, 9, 2]]);
  driver.reconcile();
  driver.commit();
  expect(adjusted(driver)).toEqual([['a', 3, 7, 0, undefined, 3], ['a', 5, 9, 0, 2, undefined]]);
});

test('groups: of two in one interval those that are alike are one, and no more is adjusted than differs', () => {
  const windowing = group({ open: ({ n }: Step) => n > 0, close: ({ n }: Step) => n > 0, timeout: 10 });
  const driver = driven((events, late) => events.keyBy(({ key }) => key).window(windowing).sum(({ n }) => n, { name: 'sums', late }));
  send(driver, 'a5 1, a5 2, a5 3, a5 4, a40 1, a5 5, a5 6');
  expect(left(driver)).toEqual([['a', 5, 6, 3], ['a', 5, 6, 7]]);
  driver.reconcile();
  driver.commit();
  expect(adjusted(driver)).toEqual([['a', 5, 6, 0, undefined, 11]]);
});

test('global: what was late on the way is adjusted in the last recount', () => {
  const driver = driven((events, late) => events.reorder({ by: 'time', name: 'ordered' }).window(global()).sum(({ n }) => n, { name: 'sums', late }) as unknown as Sums);
  send(driver, 'a1 1, a7 2, a4 4');
  driver.reconcile();
  driver.source('steps').end();
  driver.reconcile();
  driver.commit();
  expect((driver.sink('rows').rows() as Row<undefined, number>[]).map(({ value }) => value)).toEqual([3]);
  expect((driver.sink('adjustments').rows() as Adjustment<undefined, number>[]).map(({ before, after }) => [before, after])).toEqual([[3, 7]]);
});

test('groups: one that leaves with a closing event that was waited for, so late that it is not compared, is not remembered', () => {
  const windowing = group({ open: ({ n }: Step) => n === 1, close: ({ n }: Step) => n === 2, timeout: 10 });
  const driver = driven((events, late) => events.keyBy(({ key }) => key).window(windowing).count({ name: 'sums', late }), 2);
  send(driver, 'a5 1, b14 3, a8 2, a7 3');
  expect(left(driver)).toEqual([['a', 5, 9, 2]]);
  expect(driver.status().states['sums ledger']?.entries).toBe(0);
  driver.reconcile();
  driver.commit();
  expect(adjusted(driver)).toEqual([]);
});
