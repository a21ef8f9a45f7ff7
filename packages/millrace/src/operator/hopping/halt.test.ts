import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import { type TestDriver, testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { hopping } from '../../time/own-windowing.ts';
import { type HaltScope, halt } from '../late-policy.ts';
import type { Adjustment } from '../ledger/adjustment.ts';
import type { Row } from '../row.ts';

interface Event {
  readonly key: string;
  readonly time: number;
}

const ada = { by: 'Ada', reason: 'the gateway was slow' };

function halting(scope: HaltScope, keep = 100): TestDriver<Record<never, never>> {
  const program = pipeline('hops', (app) => {
    const events = app.source('events', fedByHand<Event>(), { time: (e) => e.time, complete: outOfOrder(0) });
    const counts = events.keyBy((e) => e.key).window(hopping(10, 5)).count({ name: 'counts', late: halt({ scope, keep }) });
    counts.final().to(app.sink('rows', readByHand()));
    counts.adjustments.to(app.sink('adjustments', readByHand()));
    counts.late.to(app.sink('late', readByHand()));
  });
  return testDriver(program, { durable: true });
}

const send = (driver: TestDriver<Record<never, never>>, text: string): void => {
  driver.source('events').send(...text.split(' ').map((one) => ({ key: one.slice(0, 1), time: Number(one.slice(1)) })));
  driver.commit();
};

const rows = (driver: TestDriver<Record<never, never>>): readonly unknown[] => {
  driver.commit();
  return (driver.sink('rows').rows() as Row<string, number>[]).map(({ key, window, value }) => [key, window?.start, value]);
};

const adjusted = (driver: TestDriver<Record<never, never>>): readonly unknown[] => {
  driver.commit();
  return (driver.sink('adjustments').rows() as Adjustment<string, number>[]).map(({ adjusts: { key, window, revision }, before, after, cause }) => [key, window.start, revision, before, after, cause.kind]);
};

test('an event counts where its window is open, and waits where it is closed; accepted it is adjusted there', () => {
  const driver = halting('key');
  send(driver, 'a6 a12 a8 b13');
  expect(driver.holds()).toMatchObject([{ scope: { kind: 'key', operator: 'counts', key: 'a' }, choices: ['discard', 'accept', 'wait'], evidence: { window: { start: 0, end: 10 }, time: 8, before: 1 } }]);
  send(driver, 'a14 b30');
  expect(rows(driver)).toEqual([['a', 0, 1], ['b', 5, 1], ['b', 10, 1]]);
  driver.crash();
  driver.resolve(1, { choice: 'accept', ...ada });
  expect(adjusted(driver)).toEqual([['a', 0, 0, 1, 2, 'decision']]);
  // [5, 15) had the event at once, and what was parked since then.
  expect(rows(driver).slice(3)).toEqual([['a', 5, 4], ['a', 10, 2]]);
});

test('one that is late for all of its windows is adjusted in each; discarded it is late', () => {
  const driver = halting('pipeline');
  send(driver, 'a7 a30 a7 a8');
  driver.resolve(1, { choice: 'accept', ...ada });
  expect(adjusted(driver)).toEqual([['a', 0, 0, 1, 2, 'decision'], ['a', 5, 0, 1, 2, 'decision']]);
  driver.resolve(2, { choice: 'discard', ...ada });
  expect(adjusted(driver)).toHaveLength(2);
  expect(driver.sink('late').rows()).toEqual([{ key: 'a', time: 8 }]);
});

test('it can be accepted until the first of its windows is forgotten', () => {
  const driver = halting('key', 10);
  send(driver, 'a7 a19 a7');
  expect(driver.holds()).toMatchObject([{ choices: ['discard', 'accept', 'wait'] }]);
  driver.resolve(1, { choice: 'discard', ...ada });
  send(driver, 'a20 a7');
  expect(driver.holds()).toMatchObject([{ id: 2, choices: ['discard', 'wait'] }]);
});
