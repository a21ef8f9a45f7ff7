import { type Change, type Clock, type Duration, type Program, type RunOptions, callback, daily, days, halt, lmdbBackend, log, outOfOrder, pipeline, reconcile, revise, seconds, session, systemClock, tumbling } from '../index.ts';

/*
 * A program whose store has every kind of block: windows, sessions, deduplication with digests, tables of
 * tables, versions, waiting joins, processes with timers, holds with parked events, a ledger, changelogs with a
 * subscriber, outputs that nobody took, bad records, decisions, corrections, rows that have left memory; and, where it
 * is asked for, what it takes to go back to earlier commits.
 *
 * packages/millrace/test/stores has a store of it in each format there has been: what they cannot be opened with
 * any more needs a program of its own.
 */

export type Call = { readonly at: number; readonly id: string; readonly tenant: string; readonly tokens: number; readonly note: string };

/** The wall clock stands still, so that two runs say the same. */
const clock: Clock = { ...systemClock, now: () => 1_700_000_000_000 };

export function fullProgram(): Program {
  return pipeline('full', (app) => {
    const calls = app.source('calls', log<Call>({ keep: 'forever' }), { time: (c) => c.at, complete: outOfOrder(seconds(2)), maxAhead: 'any' });
    const prices = app
      .source('prices', log<{ at: number; tenant: string; cents: number }>(), { time: (p) => p.at, complete: outOfOrder(0), maxAhead: 'any' })
      .keyBy((p) => p.tenant)
      .toTable({ name: 'prices', versioned: days(1) });
    const unique = calls.dedupe({ name: 'seen', id: (c) => c.id, for: days(1) });
    const byTenant = unique.keyBy((c) => c.tenant);
    const windows = byTenant.window(tumbling(seconds(10)));
    const counts = windows.count({ name: 'counts', late: halt({ scope: 'key', keep: seconds(60) }) });
    const sums = windows.sum((c) => c.tokens, { name: 'sums', late: reconcile({ at: daily('02:00', 'UTC'), keep: days(1) }) });
    const revised = windows.count({ name: 'revised', late: revise({ retain: seconds(60) }), history: days(1) });
    const sessions = byTenant.window(session(seconds(3))).count({ name: 'sessions' });
    const newest = byTenant.toTable({ name: 'newest' });
    const perNote = newest.groupBy((row) => row.value.note.length).count({ name: 'per-note' });
    byTenant.joinTable(prices, { name: 'priced', missing: 'null' }, (c, p) => `${c.id} ${p?.cents ?? '–'}`).to(app.sink('priced-out', callback(refuse), { onRefused: 'hold' }));
    byTenant
      .process({
        name: 'pauses',
        state: () => ({ last: 0 }),
        on(call, { key, state, emit, setTimer }) {
          if (call.at - state.get().last > seconds(5)) emit(`${key} is back at ${call.at}`);
          state.set({ last: call.at });
          setTimer(call.at + seconds(60));
        },
        timer: (_time, { clear }) => clear(),
      })
      .to(app.sink('pauses-out', callback(() => undefined)));
    counts.final().to(app.sink('counts-out', callback(() => undefined)));
    sums.final().to(app.sink('sums-out', callback(refuse), { onRefused: 'hold' }));
    sums.adjustments.to(app.sink('adjusted', callback(() => undefined)));
    revised.to(app.changelog('revised-changes', { keep: days(7) }));
    newest.to(app.changelog('newest-changes', { keep: days(7) }));
    return { counts, sums, revised, sessions, newest, perNote };
  }) as unknown as Program;
}

function refuse(): never {
  throw new Error('the receiver takes nothing');
}

/** The n-th call; every so many is late, a repetition, has an impossible time, or a long note that fills pages of its own. */
export function callAt(n: number): Call {
  const at = n * 700 - (n % 17 === 0 ? 25_000 : 0);
  const id = n % 11 === 0 ? `call-${n - 1}` : `call-${n}`;
  return { at: n % 23 === 22 ? Number.NaN : Math.max(0, at), id, tenant: `tenant-${n % 7}`, tokens: (n * 37) % 500, note: 'x'.repeat(n % 13 === 0 ? 3000 : n % 5) };
}

/** So few keys of its tables are in memory that some are on disk only. */
const HOT_KEYS = 3;

export const start = (program: Program, path: string, options: Pick<RunOptions, 'hotKeys' | 'rewind'> = {}): Promise<void> =>
  program.start({ store: lmdbBackend(path), clock, anyTime: true, commit: { everyMs: 60_000, everyEvents: 1_000_000 }, ...options });

/** Makes a store of so many commits, or goes on with one that has `from` already, and stops. `rewind`: it can be taken back. */
export async function makeFullStore(path: string, commits: number, { callsEach = 20, from = 0, rewind }: { readonly callsEach?: number; readonly from?: number; readonly rewind?: Duration } = {}): Promise<void> {
  const program = fullProgram();
  await start(program, path, { hotKeys: HOT_KEYS, ...(rewind !== undefined && { rewind }) });
  await program.append('prices', [{ at: 10, tenant: 'tenant-1', cents: 5 }, { at: 5000, tenant: 'tenant-2', cents: 7 }]);
  const subscription = await program.changelog<Change<string, number>>('revised-changes').subscribe('search index');
  await program.changelog('newest-changes').subscribe('archive');
  for (let n = from; n < commits; n += 1) await more(program, n * callsEach, callsEach);
  const [first] = await subscription.read({ max: 1 });
  if (first !== undefined) await subscription.acknowledge(first.position);
  await program.reconcile();
  const hold = program.holds().find(({ reason }) => reason === 'late-to-final');
  if (hold !== undefined) await program.resolve(hold.id, { choice: 'wait', by: 'Ada', reason: 'asking' });
  await program.committed();
  await program.stop();
}

/** So many more calls, in a commit of their own: all of them, which a commit alone does not promise. */
export async function more(program: Program, from: number, count: number): Promise<void> {
  await program.append('calls', Array.from({ length: count }, (_, i) => callAt(from + i)));
  await program.caughtUp('calls');
  await program.append('prices', [{ at: from * 700 + 1, tenant: `tenant-${from % 7}`, cents: from }]);
  await program.caughtUp('prices');
}

/** What its tables say, as JSON has it. */
export async function tablesOf(program: Program): Promise<Record<string, unknown>> {
  const tables: Record<string, unknown> = {};
  for (const [name, reader] of Object.entries(program.tables)) tables[name] = await (reader as { scan(): Promise<readonly unknown[]> }).scan();
  return JSON.parse(JSON.stringify(tables)) as Record<string, unknown>;
}

/**
 * Everything that can be asked of the program, as text: two stores that say the same here are the same to a user.
 * But for the numbers of commits: how many it takes is a matter of when they begin.
 */
export async function everythingOf(program: Program): Promise<string> {
  // Where rows are on disk only, they are in no order.
  const tables = Object.entries(await tablesOf(program)).map(([name, rows]) => [name, (rows as readonly unknown[]).map((row) => JSON.stringify(row)).sort()]);
  const changes: Record<string, unknown> = {};
  for (const [name, subscriber] of [['revised-changes', 'search index'], ['newest-changes', 'archive']] as const) {
    const subscription = await program.changelog(name).subscribe(subscriber);
    changes[name] = await subscription.read({ max: 1000 });
  }
  const { status, missing, holds, bad, decisions, corrections, dependents, calls, prices } = {
    status: { ...program.status(), commit: undefined },
    missing: program.missing(),
    holds: program.holds(),
    bad: program.bad(10_000),
    decisions: [...program.decisions()],
    corrections: program.corrections().map((correction) => ({ ...correction, commit: undefined })),
    dependents: program.dependents('revised'),
    calls: [...program.read('calls')],
    prices: [...program.read('prices')],
  };
  return JSON.stringify({ tables, changes, status, missing, holds, bad, decisions, corrections, dependents, calls, prices });
}
