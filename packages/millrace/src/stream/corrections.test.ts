import { expect, test } from 'vitest';
import { sum } from '../aggregation/sum.ts';
import { every, halt, reconcile, revise } from '../operator/late-policy.ts';
import { testDriver } from '../testing/driver.ts';
import { fedByHand, readByHand } from '../testing/fixture-source.ts';
import { outOfOrder } from '../time/completeness.ts';
import { days, milliseconds } from '../time/duration.ts';
import { session } from '../time/own-windowing.ts';
import { daily } from '../time/schedule.ts';
import { tumbling } from '../time/windowing.ts';
import type { Correction } from './dependents.ts';
import { pipeline } from './pipeline.ts';
import type { Stream } from './stream.ts';
import type { App } from './pipeline.ts';

interface Use {
  readonly at: number;
  readonly user: string;
  readonly n: number;
}

const late = revise({ retain: 100 });

const readAgain = { ...fedByHand<Use>(), again: () => Promise.reject(new Error('the test driver reads again by itself')) };

/** A program that reads uses, and the driver of it. */
function using(write: (uses: Stream<Use>, app: App) => void, durable = true): ReturnType<typeof testDriver> {
  return testDriver(
    pipeline('usage', (app) => write(app.source('uses', readAgain, { time: (use) => use.at, complete: outOfOrder(0), maxAhead: 'any' }), app)) as never,
    { durable },
  );
}

const use = (at: number, n = 1, user = 'ada'): Use => ({ at, user, n });
const said = ({ table, key, before, after, revision, cause }: Correction): string =>
  `${table} ${String(key)}: ${String(before ?? '∅')} → ${String(after ?? '∅')} · ${revision} · ${cause.kind === 'event' ? cause.offset : cause.kind}`;
const reached = ({ reached: list }: Correction): readonly string[] => list.map(({ dependent, first, end }) => `${dependent} [${first}, ${end})`);

test('a correction says what it made of what, because of what, and which sinks got rows because of it', async () => {
  const driver = using((uses, app) => {
    const totals = uses.keyBy((one) => one.user).window(tumbling(10)).sum((one) => one.n, { name: 'totals', late });
    const all = totals.groupBy(() => 'all').sum((row) => row.value, { name: 'all', late });
    totals.to(app.sink('database', readByHand()));
    totals.changes().filter((change) => change.key === 'bob').to(app.sink('of bob', readByHand()));
    all.to(app.changelog('all-changes', { keep: days(1) }));
    all.final().to(app.sink('invoices', readByHand(), { takes: 'irreversible' }));
  });
  driver.source('uses').send(use(1, 5), use(2, 1, 'bob'), use(15), use(3, 2), use(25));
  expect(driver.corrections()).toEqual([]);
  driver.commit();
  await driver.changelog('all-changes').subscribe('crm', 'oldest');
  const [totals, all, ...more] = driver.corrections();
  expect(more).toEqual([]);
  expect(totals).toEqual({
    number: 0,
    at: expect.any(Number),
    commit: 1,
    table: 'totals',
    key: 'ada',
    window: { start: 0, end: 10 },
    before: 5,
    after: 7,
    revision: 1,
    cause: { kind: 'event', source: 'uses', partition: 0, offset: 3 },
    reached: [
      { dependent: 'database', kind: 'sink', first: 2, end: 3, delivered: false, subscribers: [] },
      { dependent: 'all-changes', kind: 'changelog', first: 1, end: 2, delivered: true, subscribers: [{ name: 'crm', acknowledged: false }] },
    ],
  });
  expect(all).toMatchObject({ number: 1, table: 'all', key: 'all', before: 6, after: 8, cause: { offset: 3 }, reached: [{ dependent: 'all-changes', first: 1, end: 2 }] });
  await driver.changelog('all-changes').acknowledge('crm', 1);
  await driver.changelog('all-changes').subscribe('too late', 'newest');
  driver.crash();
  expect(driver.corrections()[1]?.reached).toEqual([{ dependent: 'all-changes', kind: 'changelog', first: 1, end: 2, delivered: true, subscribers: [{ name: 'crm', acknowledged: true }] }]);
  expect(driver.corrections({ table: 'all' }).map(({ number }) => number)).toEqual([1]);
  expect(driver.corrections({ from: 1 }).map(({ table }) => table)).toEqual(['all']);
  expect(driver.corrections({ max: 1 }).map(({ table }) => table)).toEqual(['totals']);
  expect(driver.corrections({ since: Number.MAX_SAFE_INTEGER })).toEqual([]);
  expect(() => driver.corrections({ table: 'none' })).toThrow(expect.objectContaining({ code: 'UNKNOWN_TABLE' }));
  for (const range of [{ from: -1 }, { max: 0 }, { max: 1_001 }]) expect(() => driver.corrections(range)).toThrow(RangeError);
});

test.each([false, true])('what comes into open windows, running totals and rows that become final correct nothing (durable: %s)', (durable) => {
  const driver = using((uses, app) => {
    const byUser = uses.keyBy((one) => one.user);
    byUser.sum((one) => one.n, { name: 'running' }).to(app.sink('running', readByHand()));
    byUser.toTable({ name: 'newest' }).to(app.sink('newest', readByHand()));
    byUser.window(tumbling(10)).aggregate({ n: sum((one) => one.n) }, { name: 'each', early: 'each', late }).to(app.sink('each', readByHand()));
    byUser.window(tumbling(10)).sum((one) => one.n, { name: 'every', early: every(3), late }).to(app.sink('every', readByHand()));
  }, durable);
  driver.source('uses').send(use(1), use(2), use(5), use(7), use(200));
  if (durable) driver.commit();
  expect(driver.sink('each').rows().at(-2)).toMatchObject({ finality: 'final', revision: 3 });
  expect(driver.corrections()).toEqual([]);
  driver.source('uses').send(use(120));
  if (durable) driver.commit();
  expect(driver.corrections().map(said)).toEqual(['each ada: ∅ → [object Object] · 0 · 5', 'every ada: ∅ → 1 · 0 · 5']);
});

test('rows that go, come and change in one step are corrections each, and each says where it went itself', () => {
  const driver = using((uses, app) => {
    const totals = uses.keyBy((one) => one.user).window(tumbling(10)).sum((one) => one.n, { name: 'totals', late });
    totals.groupBy((row) => row.value).count({ name: 'by total' }).to(app.sink('by total', readByHand()));
  });
  driver.source('uses').send(use(1, 5), use(2, 5, 'bob'), use(15), use(3, 2));
  driver.commit();
  expect(driver.corrections().map(said)).toEqual(['totals ada: 5 → 7 · 1 · 3', 'by total 5: 2 → 1 · 1 · 3', 'by total 7: ∅ → 1 · 0 · 3']);
  expect(driver.corrections().map(reached)).toEqual([['by total [1, 3)'], ['by total [1, 2)'], ['by total [2, 3)']]);
});

test('a late event that bridges two sessions corrects three rows', () => {
  const driver = using((uses, app) => {
    uses.keyBy((one) => one.user).window(session(10)).count({ name: 'sessions', late }).to(app.sink('out', readByHand()));
  });
  driver.source('uses').send(use(0), use(15), use(50), use(7));
  driver.commit();
  expect(driver.corrections().map(said)).toEqual(['sessions ada: 1 → ∅ · 1 · 3', 'sessions ada: 1 → ∅ · 1 · 3', 'sessions ada: ∅ → 3 · 0 · 3']);
  expect(driver.corrections().map(({ window }) => window)).toEqual([{ start: 0, end: 10 }, { start: 15, end: 25 }, { start: 0, end: 25 }]);
  expect(driver.corrections().map(reached)).toEqual([['out [2, 3)'], ['out [3, 4)'], ['out [4, 5)']]);
});

test('tables made of tables correct themselves under the names they are returned with; without a name nothing is written down', () => {
  const program = pipeline('usage', (app) => {
    const uses = app.source('uses', fedByHand<Use>(), { time: (one) => one.at, complete: outOfOrder(0), maxAhead: 'any' });
    const byUser = uses.keyBy((one) => one.user).window(tumbling(10));
    const totals = byUser.sum((one) => one.n, { late });
    const counts = byUser.count({ name: 'counts', late });
    const both = totals.join(counts, (total, n) => total / n);
    const odd = totals.filter((row) => row.value % 2 === 1);
    const played = counts.changes().toTable({ name: 'played' });
    both.to(app.sink('means', readByHand()));
    played.to(app.sink('played', readByHand()));
    return { both, odd };
  });
  const driver = testDriver(program);
  driver.source('uses').send(use(1, 5), use(15), use(3, 1));
  expect(driver.corrections().map(said)).toEqual(['odd ada: 5 → ∅ · 1 · 2', 'counts ada: 1 → 2 · 1 · 2', 'both ada: 5 → 3 · 1 · 2', 'played ada: 1 → 2 · 1 · 2']);
  expect(driver.corrections().map(reached)).toEqual([[], ['means [1, 2)', 'played [1, 2)'], ['means [1, 2)'], ['played [1, 2)']]);
});

test('a result that a late row of a table revises is corrected', () => {
  const driver = using((uses, app) => {
    const prices = app.source('prices', fedByHand<Use>(), { time: (one) => one.at, complete: outOfOrder(100), maxAhead: 'any' }).keyBy((one) => one.user).toTable({ name: 'prices', versioned: milliseconds(1_000) });
    const costs = uses.keyBy((one) => one.user).joinTable(prices, { name: 'costs', late: 'revise', missing: 'null' }, (one, price) => one.n * (price?.n ?? 0));
    costs.to(app.sink('costs', readByHand()));
  });
  driver.source('prices').send(use(0, 2));
  driver.source('uses').send(use(10, 3), use(20, 3));
  driver.source('prices').send(use(15, 5));
  driver.commit();
  expect(driver.corrections().map(said)).toEqual(['costs 1: 6 → 15 · 1 · 1']);
  expect(driver.corrections().map(reached)).toEqual([['costs [2, 3)']]);
});

test('an adjustment is a correction: of a recount', () => {
  const driver = using((uses, app) => {
    const counts = uses.keyBy((one) => one.user).window(tumbling(10)).count({ name: 'counts', late: reconcile({ at: daily('03:00', 'UTC'), keep: days(1) }) });
    counts.to(app.sink('counts', readByHand()));
    counts.adjustments.to(app.sink('adjusted', readByHand(), { takes: 'adjustable' }));
    counts.adjustments.flatMap((one) => [one, one]).keyBy(() => 'all').count({ name: 'adjustments' }).to(app.sink('how many', readByHand()));
  });
  driver.source('uses').send(use(1), use(2, 1, 'bob'), use(15), use(3), use(4, 1, 'bob'), use(5, 1, 'eve'));
  driver.reconcile();
  driver.commit();
  driver.crash();
  driver.commit();
  expect(driver.corrections().map(said)).toEqual(['counts ada: 1 → 2 · 1 · reconciliation', 'counts bob: 1 → 2 · 1 · reconciliation', 'counts eve: ∅ → 1 · 1 · reconciliation']);
  expect(driver.corrections().map(reached)).toEqual([0, 1, 2].map((n) => [`adjusted [${n}, ${n + 1})`, 'how many [0, 1)']));
  // What gathers adjustments has let them out with the recount, and not with whatever came next.
  expect(driver.sink('how many').rows()).toMatchObject([{ before: undefined, after: 6 }]);
});

test('an adjustment is a correction: of a decision', () => {
  const driver = using((uses, app) => {
    const counts = uses.keyBy((one) => one.user).window(tumbling(10)).count({ name: 'counts', late: halt({ scope: 'key', keep: 100 }) });
    counts.final().to(app.sink('counts', readByHand()));
    counts.adjustments.to(app.sink('adjusted', readByHand()));
  });
  driver.source('uses').send(use(1), use(15), use(3), use(25));
  driver.resolve(1, { choice: 'accept', by: 'Ada', reason: 'it counts' });
  driver.commit();
  expect(driver.corrections()).toMatchObject([
    { table: 'counts', key: 'ada', before: 1, after: 2, revision: 1, cause: { kind: 'decision', hold: 1, by: 'Ada' }, reached: [{ dependent: 'adjusted', first: 0, end: 1 }] },
  ]);
});

test('values that cannot be stored are kept as text, and stop nothing', () => {
  const program = pipeline('usage', (app) => {
    const uses = app.source('uses', fedByHand<Use>(), { time: (one) => one.at, complete: outOfOrder(0), maxAhead: 'any' });
    const totals = uses.keyBy((one) => one.user).window(tumbling(10)).sum((one) => one.n, { name: 'totals', late });
    return { shown: totals.map((row) => ({ n: row.value, show: () => row.value })) };
  });
  const driver = testDriver(program, { durable: true });
  driver.source('uses').send(use(1, 5), use(15), use(3, 1));
  driver.commit();
  expect(driver.corrections()).toMatchObject([{ table: 'shown', before: '{"n":5}', after: '{"n":6}' }, { table: 'totals', before: 5, after: 6 }]);
});
