import { expect, test } from 'vitest';
import { log } from '../connector/log.ts';
import { reconcile, revise } from '../operator/late-policy.ts';
import type { Parcel } from '../task/sink.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { testDriver } from '../testing/driver.ts';
import { listed, probed } from '../testing/fixture-list.ts';
import { fedByHand, readByHand } from '../testing/fixture-source.ts';
import { SinkProbe } from '../testing/sink-probe.ts';
import { outOfOrder } from '../time/completeness.ts';
import { days } from '../time/duration.ts';
import { daily } from '../time/schedule.ts';
import { tumbling } from '../time/windowing.ts';
import { pipeline } from './pipeline.ts';
import type { Program } from './program.ts';

interface Use {
  readonly at: number;
  readonly user: string;
  readonly n: number;
}

const times = { time: (use: Use) => use.at, complete: outOfOrder(0), maxAhead: 'any' } as const;
const late = revise({ retain: 100 });

const usage = pipeline('usage', (app) => {
  const uses = app.source('uses', fedByHand<Use>(), times);
  const totals = uses.keyBy((use) => use.user).window(tumbling(10)).sum((use) => use.n, { name: 'totals', late });
  const plans = uses.keyBy((use) => use.user).toTable({ name: 'plans' });
  const all = totals.groupBy(() => 'all').sum((row) => row.value, { name: 'everyone', late });
  const shown = all.map((row) => `${row.value}`);
  totals.to(app.sink('database', readByHand()));
  totals.late.to(app.sink('too late', readByHand()));
  shown.to(app.changelog('shown-changes', { keep: days(1) }));
  plans.to(app.sink('elsewhere', readByHand()));
  all.final().to(app.sink('invoices', readByHand(), { takes: 'irreversible' }));
  return { perUser: totals, shown };
});

test('the dependents of a table are what gets its rows, in the order of the program, under the names they have', async () => {
  const driver = testDriver(usage, { durable: true });
  driver.source('uses').send({ at: 1, user: 'ada', n: 1 }, { at: 12, user: 'ada', n: 1 }, { at: 25, user: 'bob', n: 1 });
  driver.commit();
  await driver.changelog('shown-changes').subscribe('crm', 'oldest');
  await driver.changelog('shown-changes').acknowledge('crm', 0);
  const behind = [
    { kind: 'changelog', name: 'shown-changes', changes: 2 },
    { kind: 'subscriber', name: 'crm', changelog: 'shown-changes', acknowledged: 1 },
  ];
  const invoices = { kind: 'sink', name: 'invoices', takes: 'irreversible', delivered: 0 };
  expect(driver.dependents('totals')).toEqual([
    { kind: 'table', name: 'everyone' },
    { kind: 'table', name: 'shown' },
    { kind: 'sink', name: 'database', takes: 'revisable', delivered: 0 },
    ...behind,
    invoices,
  ]);
  expect(driver.dependents('perUser')).toEqual(driver.dependents('totals'));
  expect(driver.dependents('shown')).toEqual(behind);
  expect(driver.dependents('everyone')).toEqual([{ kind: 'table', name: 'shown' }, ...behind, invoices]);
  expect(driver.dependents('plans')).toEqual([{ kind: 'sink', name: 'elsewhere', takes: 'revisable', delivered: 0 }]);
  expect(() => driver.dependents('uses')).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_TABLE', data: { pipeline: 'usage', table: 'uses', known: ['perUser', 'plans', 'everyone', 'shown'] } }),
  );
});

test('a table that two ways lead to is listed once; who reads adjustments is behind the table that makes them', () => {
  const program = pipeline('ways', (app) => {
    const uses = app.source('uses', listed<Use>([[]]), times);
    const counts = uses.keyBy((use) => use.user).window(tumbling(10)).count({ name: 'counts', late: reconcile({ at: daily('03:00', 'UTC'), keep: days(1) }) });
    const sums = uses.keyBy((use) => use.user).window(tumbling(10)).sum((use) => use.n, { name: 'sums' });
    counts.adjustments.to(app.sink('adjusted', readByHand(), { takes: 'adjustable' }));
    const both = counts.join(sums, (n, sum) => n + sum, { name: 'both' });
    counts.join(both, (n, sum) => n + sum, { name: 'again' }).to(app.sink('out', readByHand()));
  });
  const driver = testDriver(program);
  const out = { kind: 'sink', name: 'out', takes: 'revisable', delivered: 0 };
  const again = { kind: 'table', name: 'again' };
  expect(driver.dependents('counts')).toEqual([{ kind: 'sink', name: 'adjusted', takes: 'adjustable', delivered: 0 }, { kind: 'table', name: 'both' }, again, out]);
  expect(driver.dependents('sums')).toEqual([{ kind: 'table', name: 'both' }, again, out]);
});

/** Takes what it is given once it is let. */
class Slow extends SinkProbe {
  readonly let = Promise.withResolvers<void>();
  override async deliver(parcels: readonly Parcel[]): Promise<void> {
    await this.let.promise;
    await super.deliver(parcels);
  }
}

test('how far a sink has taken its rows is told while the program runs', async () => {
  const sink = new Slow();
  const program = pipeline('slow', (app) => {
    app.source('uses', log<Use>(), times).keyBy((use) => use.user).count({ name: 'counts' }).to(app.sink('out', probed(sink)));
  }) as Program;
  expect(() => program.dependents('counts')).toThrow(expect.objectContaining({ code: 'NOT_RUNNING' }));
  await program.start({ store: memoryBackend() });
  await program.append('uses', [{ at: 1, user: 'ada', n: 1 }, { at: 2, user: 'ada', n: 1 }]);
  await program.caughtUp('uses');
  const delivered = (): unknown => program.dependents('counts').map((one) => one.kind === 'sink' && one.delivered);
  expect(delivered()).toEqual([0]);
  sink.let.resolve();
  while (sink.rows().length < 2) await program.committed();
  await program.committed();
  expect(delivered()).toEqual([2]);
  await program.stop();
});

test('in memory a sink has its rows at once', () => {
  const driver = testDriver(usage);
  driver.source('uses').send({ at: 1, user: 'ada', n: 1 }, { at: 12, user: 'ada', n: 1 });
  expect(driver.dependents('totals')).toContainEqual({ kind: 'sink', name: 'database', takes: 'revisable', delivered: 1 });
});
