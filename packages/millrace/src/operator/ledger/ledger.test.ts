import { expect, test } from 'vitest';
import { reconcile } from '../late-policy.ts';
import { pipeline } from '../../stream/pipeline.ts';
import type { Stream } from '../../stream/stream.ts';
import { type TestDriver, testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { daily } from '../../time/schedule.ts';
import { tumbling } from '../../time/windowing.ts';
import type { Adjustment } from './adjustment.ts';

interface Use {
  readonly at: number;
  readonly user: string;
  readonly tokens: number;
}

const same = (uses: Stream<Use>): Stream<Use> => uses;

function driven(keep: number, between: (uses: Stream<Use>) => Stream<Use> = same, durable = false): TestDriver<Record<never, never>> {
  const program = pipeline('ledger', (app) => {
    const again = { ...fedByHand<Use>(), again: () => Promise.reject(new Error('the test driver reads again by itself')) };
    const uses = app.source('uses', again, { time: (use) => use.at, complete: outOfOrder(0) });
    const sums = between(uses).keyBy((use) => use.user).window(tumbling(10)).sum((use) => use.tokens, { name: 'sums', late: reconcile({ at: daily('02:00', 'UTC'), keep }) });
    sums.final().to(app.sink('rows', readByHand()));
    sums.adjustments.to(app.sink('adjustments', readByHand()));
  });
  return testDriver(program, { durable });
}

const use = (user: string, at: number, tokens: number): Use => ({ at, user, tokens });

const adjusted = (driver: TestDriver<Record<never, never>>): readonly unknown[] =>
  (driver.sink('adjustments').rows() as Adjustment<string, number>[]).map(({ adjusts: { key, window, revision }, before, after }) => [key, window.start, revision, before, after]);

test('each difference leaves once, in the order of windows, and the next one goes on from it', () => {
  const driver = driven(1000);
  driver.source('uses').send(use('ada', 1, 5), use('bob', 12, 7), use('ada', 25, 1), use('bob', 13, 2), use('ada', 3, 4));
  driver.reconcile();
  expect(adjusted(driver)).toEqual([['ada', 0, 0, 5, 9], ['bob', 10, 0, 7, 9]]);
  driver.reconcile();
  driver.source('uses').send(use('ada', 4, 1));
  driver.reconcile();
  expect(adjusted(driver).slice(2)).toEqual([['ada', 0, 1, 9, 10]]);
  expect(driver.sink('rows').rows()).toMatchObject([{ key: 'ada', value: 5, revision: 0 }, { key: 'bob', value: 7, revision: 0 }]);
});

test('a window for which nothing had left gets a result that adjusts nothing', () => {
  const driver = driven(1000);
  driver.source('uses').send(use('ada', 25, 1), use('bob', 3, 2));
  driver.reconcile();
  expect(adjusted(driver)).toEqual([['bob', 0, 0, undefined, 2]]);
});

test('what should not have left is adjusted to nothing', () => {
  // The first of two with one id wins; the recount sees the same two in the same order, and a third that voids.
  const voided = new Set<string>();
  const driver = driven(1000, (uses) => uses.filter((one) => {
    if (one.tokens < 0) voided.add(one.user);
    return one.tokens >= 0 && !voided.has(one.user);
  }));
  driver.source('uses').send(use('ada', 1, 5), use('bob', 2, 3), use('bob', 15, 1), use('ada', 16, -1));
  driver.reconcile();
  expect(adjusted(driver)).toEqual([['ada', 0, 0, 5, undefined]]);
  driver.reconcile();
  expect(adjusted(driver)).toHaveLength(1);
});

test('open windows are not compared, and neither are those that ended longer ago than is kept', () => {
  const driver = driven(20);
  driver.source('uses').send(use('ada', 1, 5), use('ada', 12, 7), use('ada', 29, 1));
  driver.source('uses').send(use('ada', 2, 1), use('ada', 13, 1));
  driver.reconcile();
  expect(adjusted(driver)).toEqual([['ada', 0, 0, 5, 6], ['ada', 10, 0, 7, 8]]);
  driver.source('uses').send(use('ada', 31, 1), use('ada', 3, 1), use('ada', 14, 1));
  driver.reconcile();
  expect(adjusted(driver).slice(2)).toEqual([['ada', 10, 1, 8, 9]]);
  expect(driver.status().states['sums ledger']?.entries).toBe(2);
});

test.each(['as it is', 'after a crash'])('at the end what was over before is not compared either, whether or not anything had left of it, %s', (how) => {
  const driver = driven(20, same, true);
  driver.source('uses').send(use('ada', 100, 1), use('bob', 51, 2), use('cleo', 95, 3));
  driver.reconcile();
  driver.commit();
  expect(adjusted(driver)).toEqual([['cleo', 90, 0, undefined, 3]]);
  driver.source('uses').end();
  driver.commit();
  if (how === 'after a crash') driver.crash();
  driver.reconcile();
  driver.commit();
  expect(adjusted(driver)).toEqual([['cleo', 90, 0, undefined, 3]]);
});
