import { expect, test } from 'vitest';
import { log } from '../connector/log.ts';
import type { Adjustment } from '../operator/ledger/adjustment.ts';
import { reconcile } from '../operator/late-policy.ts';
import type { Row } from '../operator/row.ts';
import type { Backend, Transaction } from '../port/backend.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { HandClock } from '../testing/fixture-clock.ts';
import { listed } from '../testing/fixture-list.ts';
import { outOfOrder } from '../time/completeness.ts';
import { days, hours } from '../time/duration.ts';
import { daily } from '../time/schedule.ts';
import { tumbling } from '../time/windowing.ts';
import { type App, pipeline } from './pipeline.ts';

interface Use {
  readonly at: number;
  readonly tokens: number;
}

const options = { time: (use: Use) => use.at, complete: outOfOrder(0), maxAhead: 'any' } as const;
const policy = reconcile({ at: daily('02:00', 'UTC'), keep: days(40) });

/** Lets the process have its turns until something has happened. */
async function whileTurning<R>(clock: HandClock, what: Promise<R>): Promise<R> {
  let over = false;
  what.then(() => (over = true), () => (over = true));
  while (!over) {
    await clock.yield();
    clock.settle();
    clock.move(0);
  }
  return what;
}

/** Time passes, in steps in which everything that is due is done. */
async function passing(clock: HandClock, ms: number): Promise<void> {
  const steps = ms / hours(1);
  for (let step = 0; step < steps; step += 1) {
    clock.move(hours(1));
    for (let turn = 0; turn < 30; turn += 1) {
      await clock.yield();
      clock.settle();
      clock.move(0);
    }
  }
}

function collecting() {
  const rows: Row<undefined, number>[] = [];
  const adjustments: Adjustment<undefined, number>[] = [];
  const connect = (app: App, source: ReturnType<typeof log<Use>>): void => {
    const sums = app.source('uses', source, options).window(tumbling(10)).sum((use) => use.tokens, { name: 'sums', late: policy });
    sums.final().to(app.callback('rows', (row) => void rows.push(row)));
    sums.adjustments.to(app.callback('notes', (note) => void adjustments.push(note)));
  };
  return { rows, adjustments, connect };
}

test('what came too late leaves as an adjustment that names what it adjusts, and comes once', async () => {
  const { rows, adjustments, connect } = collecting();
  const program = pipeline('late', (app) => connect(app, log<Use>({ keep: 'forever' })));
  await program.start({ store: memoryBackend(new MemoryDisk()) });
  await program.append('uses', [{ at: 1, tokens: 5 }, { at: 12, tokens: 7 }, { at: 3, tokens: 2 }, { at: 25, tokens: 1 }]);
  await program.caughtUp('uses');
  const found = await program.reconcile();
  expect(found.adjusted).toEqual({ sums: 1 });
  expect((await program.reconcile()).adjusted).toEqual({ sums: 0 });
  await program.append('uses', [{ at: 4, tokens: 1 }]);
  await program.caughtUp('uses');
  await program.reconcile();
  await program.stop();
  expect(rows.map(({ window, value }) => [window?.start, value])).toEqual([[0, 5], [10, 7]]);
  expect(adjustments).toEqual([
    {
      adjusts: { table: 'sums', key: undefined, window: { start: 0, end: 10 }, revision: 0 },
      before: 5,
      after: 7,
      time: 9,
      cause: { kind: 'reconciliation', run: 1, commit: expect.any(Number) },
      finality: 'final',
      evidence: ['assumed'],
    },
    expect.objectContaining({ adjusts: { table: 'sums', key: undefined, window: { start: 0, end: 10 }, revision: 1 }, before: 7, after: 8 }),
  ]);
});

test('it happens by itself at its time, also when the program was down at that time', async () => {
  const { adjustments, connect } = collecting();
  const disk = new MemoryDisk();
  const clock = new HandClock(Date.parse('2026-05-01T12:00:00Z'));
  const program = () => pipeline('late', (app) => connect(app, log<Use>({ keep: 'forever' })));
  const first = program();
  await whileTurning(clock, first.start({ store: memoryBackend(disk), clock }));
  await whileTurning(clock, first.append('uses', [{ at: 1, tokens: 5 }, { at: 12, tokens: 7 }, { at: 3, tokens: 2 }]));
  await whileTurning(clock, first.caughtUp('uses'));
  await passing(clock, hours(13));
  expect(adjustments).toEqual([]);
  await passing(clock, hours(2));
  expect(adjustments).toHaveLength(1);
  await whileTurning(clock, first.append('uses', [{ at: 4, tokens: 1 }]));
  await whileTurning(clock, first.caughtUp('uses'));
  await whileTurning(clock, first.stop());
  clock.move(days(3));
  const second = program();
  await whileTurning(clock, second.start({ store: memoryBackend(disk), clock }));
  await passing(clock, hours(1));
  await whileTurning(clock, second.stop());
  expect(adjustments.map(({ before, after }) => [before, after])).toEqual([[5, 7], [7, 8]]);
});

test('when the input has ended there is a last recount', async () => {
  const { rows, adjustments, connect } = collecting();
  const uses = [{ at: 1, tokens: 5 }, { at: 12, tokens: 7 }, { at: 3, tokens: 2 }];
  await pipeline('late', (app) => connect(app, listed([uses]) as ReturnType<typeof log<Use>>)).run();
  expect(rows.map(({ value }) => value)).toEqual([5, 7]);
  expect(adjustments.map(({ before, after }) => [before, after])).toEqual([[5, 7]]);
});

test('a source that cannot be read again has no recount, and a table under another policy no adjustments', () => {
  const { connect } = collecting();
  expect(() => pipeline('late', (app) => connect(app, log<Use>()))).toThrow("its source 'uses' (log) cannot be read again");
  expect(() => pipeline('drops', (app) => void app.source('uses', log<Use>(), options).window(tumbling(10)).count({ name: 'n' }).adjustments)).toThrow("'n' has no adjustments");
});

test('a recount that has begun when the program fails fails with it, and keeps nobody waiting', async () => {
  const inner = memoryBackend(new MemoryDisk());
  let isBroken = false;
  const backend = { ...bound(inner), transact: <R>(work: (txn: Transaction) => R): R => {
    if (isBroken) throw new Error('the disk is gone');
    return inner.transact(work);
  } };
  let read = (): void => {};
  const mayRead = new Promise<void>((resolve) => (read = resolve));
  let begun = (): void => {};
  const hasBegun = new Promise<void>((resolve) => (begun = resolve));
  const kept = log<Use>({ keep: 'forever' });
  const slow = { ...kept, again: async (context: Parameters<NonNullable<typeof kept.again>>[0]) => {
    begun();
    await mayRead;
    return (kept.again as NonNullable<typeof kept.again>)(context);
  } };
  const { connect } = collecting();
  const program = pipeline('late', (app) => connect(app, slow));
  await program.start({ store: backend });
  await program.append('uses', [{ at: 1, tokens: 5 }, { at: 12, tokens: 7 }]);
  const recounted = program.reconcile();
  await hasBegun;
  isBroken = true;
  await expect(program.committed()).rejects.toMatchObject({ code: 'NOT_RUNNING' });
  read();
  await expect(recounted).rejects.toMatchObject({ code: 'NOT_RUNNING' });
});

const bound = (backend: Backend): Backend => ({ transact: (work) => backend.transact(work), get: (key) => backend.get(key), range: (...of) => backend.range(...of), close: () => backend.close() });
