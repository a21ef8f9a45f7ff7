import { afterEach, expect, test } from 'vitest';
import { type Adjustment, type Duration, type Program, callback, daily, discard, drop, halt, hours, log, migrate, outOfOrder, pipeline, rebuild, reconcile, tumbling } from '../index.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { HandClock } from '../testing/fixture-clock.ts';
import { listed } from '../testing/fixture-list.ts';
import type { Upgrades } from '../task/upgrade.ts';

/*
 * States that a new version counts otherwise, counted anew from what the old one had read.
 */

interface Sale {
  readonly at: number;
  readonly key: string;
  readonly gross: number;
  readonly net: number;
}

type AnyTable = { scan(): Promise<readonly { readonly key: unknown; readonly value: unknown }[]> };

const running: Program[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop().catch(() => {});
});

interface Shape {
  readonly field?: 'gross' | 'net';
  readonly sizeMs?: number;
  readonly keep?: 'processed' | 'forever';
  readonly out?: unknown[];
  readonly more?: boolean;
}

/** Sums per key, and of each key in each window, whose results leave once. */
function sales({ field = 'gross', sizeMs = 10, keep = 'forever', out = [], more = false }: Shape): Program {
  return pipeline('sales', (app) => {
    const keyed = app.source('sales', log<Sale>({ keep }), { time: ({ at }) => at, complete: outOfOrder(0), maxAhead: 'any' }).keyBy(({ key }) => key);
    const windows = keyed.window(tumbling(sizeMs)).sum((sale) => sale[field], { name: 'windows', history: 1_000 });
    windows.final().map(({ key, window, value }) => `${key} ${window?.end} ${value}`).to(app.sink('out', callback((row) => void out.push(row))));
    const totals = keyed.sum((sale) => sale[field], { name: 'totals' });
    return more ? { windows, totals, counts: keyed.count({ name: 'counts' }) } : { windows, totals };
  }) as unknown as Program;
}

async function started(disk: MemoryDisk, one: Program, upgrade?: Upgrades): Promise<Program> {
  await one.start({ store: memoryBackend(disk), ...(upgrade !== undefined && { upgrade }) });
  running.push(one);
  return one;
}

async function stopped(one: Program): Promise<void> {
  await one.stop();
  running.splice(running.indexOf(one), 1);
}

async function sold(one: Program, ...list: readonly Sale[]): Promise<void> {
  // One by one, so that there are commits in between.
  for (const sale of list) {
    await one.append('sales', [sale]);
    await one.caughtUp('sales');
  }
}

const sale = (at: number, key: string, gross: number, net: number): Sale => ({ at, key, gross, net });
const SALES = [sale(1, 'a', 10, 8), sale(2, 'b', 20, 16), sale(12, 'a', 30, 24), sale(3, 'a', 1_000, 800), sale(13, 'a', 40, 32)];

/** A disk on which the first version has counted these. */
async function used(shape: Shape = {}): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const one = await started(disk, sales(shape));
  await sold(one, ...SALES);
  await stopped(one);
  return disk;
}

const rows = async (one: Program, table: string): Promise<unknown> => (await (one.tables as unknown as Record<string, AnyTable>)[table]?.scan())?.map(({ key, value }) => [key, value]);

async function refusal(disk: MemoryDisk, one: Program, upgrade: Upgrades): Promise<readonly string[]> {
  const error = await started(disk, one, upgrade).then(() => undefined, (thrown: unknown) => thrown as { readonly data: { readonly differences: readonly string[] } });
  expect(error).toMatchObject({ code: 'PROGRAM_CHANGED' });
  return error?.data.differences ?? [];
}

async function told(work: () => Promise<unknown>): Promise<readonly string[]> {
  // What was said before is heard before.
  await new Promise((resolve) => setImmediate(resolve));
  const lines: string[] = [];
  const hear = (warning: Error & { code?: string }): void => void (warning.code === 'UPGRADED' && lines.push(warning.message));
  process.on('warning', hear);
  await work();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', hear);
  return lines;
}

test('a sum of another field, which nobody can see, is counted anew; the same line once more changes nothing', async () => {
  const disk = await used();
  const upgrade = { totals: rebuild({ version: 'net' }) };
  expect(await told(() => started(disk, sales({ field: 'net' }), upgrade))).toEqual([
    "'sales': state 'totals' (table by 1 sum) is counted anew as version 'net', from 5 records of source 'sales'",
  ]);
  const second = running[0] as Program;
  expect(await rows(second, 'totals')).toEqual([['a', 864], ['b', 16]]);
  await sold(second, sale(14, 'b', 5, 4));
  expect(await rows(second, 'totals')).toEqual([['a', 864], ['b', 20]]);
  await stopped(second);
  // A third way of counting under the old line: nothing is read, so it goes on from the second one.
  expect(await told(() => started(disk, sales({ field: 'gross' }), upgrade))).toEqual([]);
  const third = running[0] as Program;
  expect(await rows(third, 'totals')).toEqual([['a', 864], ['b', 20]]);
  await stopped(third);
  await started(disk, sales({ field: 'gross' }), { totals: rebuild({ version: 'gross again' }) });
  expect(await rows(running[0] as Program, 'totals')).toEqual([['a', 1_080], ['b', 25]]);
});

test('windows of another size: the open ones have what came before; what has left stays, and late stays late', async () => {
  const [before, after]: unknown[][] = [[], []];
  const disk = new MemoryDisk();
  const first = await started(disk, sales({ out: before as unknown[] }));
  await sold(first, ...SALES);
  await stopped(first);
  expect(before).toEqual(['a 10 10', 'b 10 20']);
  const wide = { sizeMs: 25, out: after as unknown[] };
  expect(await refusal(disk, sales(wide), {})).toEqual(["state 'windows' was (window tumbling 10 ms by 1 sum) and is (window tumbling 25 ms by 1 sum)"]);
  const lines = await told(() => started(disk, sales(wide), { windows: rebuild({ version: 'wide' }) }));
  expect(lines).toEqual([
    "'sales': state 'windows' was (window tumbling 10 ms by 1 sum), is (window tumbling 25 ms by 1 sum), and is counted anew as version 'wide', from 5 records of source 'sales'; what has left to 'out' stays as it left",
  ]);
  const second = running[0] as Program;
  expect(await rows(second, 'windows')).toEqual([['a', 1_080], ['b', 20]]);
  expect(await rows(second, 'totals')).toEqual([['a', 1_080], ['b', 20]]);
  await sold(second, sale(30, 'a', 1, 1));
  await stopped(second);
  expect(after).toEqual(['a 25 1080', 'b 25 20']);
});

test('what a table said at earlier commits is forgotten where it is counted anew', async () => {
  const disk = await used();
  const one = await started(disk, sales({ field: 'net' }), { windows: rebuild({ version: 'net' }), totals: rebuild({ version: 'net' }) });
  const table = (one.tables as unknown as Record<string, { get(key: string, at: number, how?: { asKnownAt: number }): Promise<{ value: number } | undefined> }>)['windows'];
  expect(await table?.get('a', 15)).toMatchObject({ value: 56 });
  await expect(async () => table?.get('a', 15, { asKnownAt: 1 })).rejects.toMatchObject({ code: 'HISTORY_FORGOTTEN' });
});

test('what has to be counted with it, cannot be read again, or is not there, is named, and nothing is changed', async () => {
  const disk = await used({ keep: 'processed' });
  const upgrade = { totals: rebuild({ version: 'net' }), windows: discard() };
  expect(await refusal(disk, sales({ keep: 'processed' }), upgrade)).toEqual([
    "state 'totals' cannot be counted anew: its source 'sales' (log) cannot be read again",
    "state 'totals' cannot be counted anew: the log of its source 'sales' begins with record 4",
  ]);
  expect(await refusal(disk, sales({}), upgrade)).toEqual(["state 'totals' cannot be counted anew: the log of its source 'sales' begins with record 4"]);
  expect(await refusal(disk, sales({}), { total: rebuild({ version: '1' }), 'windows history': rebuild({ version: '1' }) })).toEqual([
    "state 'total' cannot be counted anew: the program has no state of this name",
    "state 'windows history' cannot be counted anew: the program has no state of this name",
  ]);
  expect(await rows(await started(disk, sales({})), 'totals')).toEqual([['a', 1_080], ['b', 20]]);
});

interface Told {
  readonly left: string[];
  readonly adjusted: string[];
}

/** As `sales`, under `reconcile`. */
function reconciled(field: 'gross' | 'net', windowing: ReturnType<typeof tumbling>, { left, adjusted }: Told): Program {
  return pipeline('reconciled', (app) => {
    const keyed = app.source('sales', log<Sale>({ keep: 'forever' }), { time: ({ at }) => at, complete: outOfOrder(0), maxAhead: 'any' }).keyBy(({ key }) => key);
    const windows = keyed.window(windowing).sum((one) => one[field], { name: 'windows', late: reconcile({ at: daily('02:00', 'UTC'), keep: hours(1) }) });
    windows.final().to(app.sink('out', callback(({ key, window, value }) => void left.push(`${key} ${window?.start}-${window?.end} ${value}`))));
    windows.adjustments.to(app.sink('notes', callback(({ adjusts: { key, window, revision }, before, after }: Adjustment<string, number>) => void adjusted.push(`${key} ${window.start}-${window.end} r${revision} ${before} ${after}`))));
    return { windows };
  }) as unknown as Program;
}

const nothing = (): Told => ({ left: [], adjusted: [] });

/** What is due at once is done, and has left. */
async function dueNow(one: Program): Promise<void> {
  await one.reconcile();
  await stopped(one);
}

test('under reconcile a recount is due at once: what had left otherwise leaves as adjustments, once', async () => {
  const [first, second, third] = [nothing(), nothing(), nothing()];
  const disk = new MemoryDisk();
  const one = await started(disk, reconciled('gross', tumbling(10), first));
  await sold(one, ...SALES, sale(21, 'a', 1, 1));
  await stopped(one);
  expect(first).toEqual({ left: ['a 0-10 10', 'b 0-10 20', 'a 10-20 70'], adjusted: [] });
  const upgrade = { windows: rebuild({ version: 'net' }) };
  const lines = await told(() => started(disk, reconciled('net', tumbling(10), second), upgrade));
  expect(lines).toEqual(["'reconciled': state 'windows' (window tumbling 10 ms by 1 sum late reconcile daily 02:00 UTC, kept 1 h, kept at changes) is counted anew as version 'net', from 6 records of source 'sales'; what had left otherwise is adjusted by a recount that is due now"]);
  await sold(running[0] as Program, sale(31, 'b', 5, 4));
  // Not asked for: it was due.
  while (second.adjusted.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await stopped(running[0] as Program);
  expect(second).toEqual({ left: ['a 20-30 1'], adjusted: ['a 0-10 r0 10 808', 'b 0-10 r0 20 16', 'a 10-20 r0 70 56'] });
  await dueNow(await started(disk, reconciled('net', tumbling(10), third), upgrade));
  expect(third).toEqual(nothing());
});

test('under reconcile windows of another size take back those of the old one, also where both end together', async () => {
  const [first, second] = [nothing(), nothing()];
  const disk = new MemoryDisk();
  const one = await started(disk, reconciled('gross', tumbling(10), first));
  await sold(one, ...SALES, sale(21, 'a', 1, 1));
  await stopped(one);
  await dueNow(await started(disk, reconciled('gross', tumbling(20), second), { windows: rebuild({ version: 'wide' }) }));
  expect(second).toEqual({ left: [], adjusted: ['a 0-10 r0 10 undefined', 'b 0-10 r0 20 undefined', 'a 10-20 r0 70 undefined', 'a 0-20 r0 undefined 1080', 'b 0-20 r0 undefined 20'] });
  const [third, fourth] = [nothing(), nothing()];
  await dueNow(await started(disk, reconciled('gross', tumbling(10), third), { windows: rebuild({ version: 'narrow' }) }));
  expect(third.adjusted).toEqual(['a 0-10 r1 undefined 1010', 'b 0-10 r1 undefined 20', 'a 0-20 r0 1080 undefined', 'a 10-20 r0 undefined 70', 'b 0-20 r0 20 undefined']);
  await dueNow(await started(disk, reconciled('gross', tumbling(10), fourth), { windows: rebuild({ version: 'narrow' }) }));
  expect(fourth).toEqual(nothing());
});

function chain(times: number): Program {
  return pipeline('chain', (app) => {
    const keyed = app.source('sales', log<Sale>({ keep: 'forever' }), { time: ({ at }) => at, complete: outOfOrder(0), maxAhead: 'any' }).keyBy(({ key }) => key);
    const windows = keyed.window(tumbling(10)).sum((one) => one.gross * times, { name: 'windows' });
    return { windows, best: windows.final().keyBy(() => 'all').max(({ value }) => value, { name: 'best' }) };
  }) as unknown as Program;
}

test('what is counted from a state is counted anew with it, or not at all', async () => {
  const disk = new MemoryDisk();
  const first = await started(disk, chain(1));
  await sold(first, ...SALES);
  await stopped(first);
  expect(await refusal(disk, chain(2), { windows: rebuild({ version: '2' }) })).toEqual(["state 'windows' cannot be counted anew without state 'best', which is counted from it"]);
  const both = { windows: rebuild({ version: '2' }), best: rebuild({ version: '2' }) };
  const second = await started(disk, chain(2), both);
  expect(await rows(second, 'windows')).toEqual([['a', 140]]);
  expect(await rows(second, 'best')).toEqual([['all', 40]]);
  await sold(second, sale(21, 'a', 0, 0));
  expect(await rows(second, 'best')).toEqual([['all', 140]]);
});

test('a state that is new is counted from the first record on, a source under another name too; where nothing is stored it is as if it had been', async () => {
  const disk = await used();
  const upgrade = { counts: rebuild({ version: '1' }) };
  const second = await started(disk, sales({ more: true }), upgrade);
  expect(await rows(second, 'counts')).toEqual([['a', 4], ['b', 1]]);
  await stopped(second);
  expect(await told(async () => stopped(await started(disk, sales({ more: true }), upgrade)))).toEqual([]);
  const empty = new MemoryDisk();
  await stopped(await started(empty, sales({ more: true, keep: 'processed' }), upgrade));
  // It could not be read again, and has not to be.
  expect(await told(async () => stopped(await started(empty, sales({ more: true, keep: 'processed' }), upgrade)))).toEqual([]);
  const renamed = pipeline('sales', (app) => {
    const keyed = app.source('shop', log<Sale>({ keep: 'forever' }), { time: ({ at }) => at, complete: outOfOrder(0), maxAhead: 'any' }).keyBy(({ key }) => key);
    return { totals: keyed.sum((one) => one.net, { name: 'sums' }) };
  }) as unknown as Program;
  const third = await started(disk, renamed, { shop: migrate({ from: 'sales' }), sums: rebuild({ version: '1' }), totals: discard(), windows: discard(), counts: discard(), 'windows history': discard() });
  expect(await rows(third, 'totals')).toEqual([['a', 864], ['b', 16]]);
});

test('what waits for a person, or was decided by one, does not come to the same a second time', async () => {
  const disk = new MemoryDisk();
  const halting = (factor: number, halts: boolean): Program => pipeline('halting', (app) => {
    const keyed = app.source('sales', log<Sale>({ keep: 'forever' }), { time: ({ at }) => at, complete: outOfOrder(0), maxAhead: 'any' }).keyBy(({ key }) => key);
    return { windows: keyed.window(tumbling(10)).sum((one) => one.gross * factor, { name: 'windows', late: halts ? halt({ scope: 'key', keep: 100 }) : drop() }) };
  }) as unknown as Program;
  const first = await started(disk, halting(1, true));
  await sold(first, ...SALES);
  await stopped(first);
  const upgrade = { windows: rebuild({ version: '2' }) };
  expect(await refusal(disk, halting(2, true), upgrade)).toEqual(['hold 1 of state windows (late-to-final) waits for a decision, without which nothing can be counted anew']);
  const again = await started(disk, halting(1, true));
  await again.resolve(1, { choice: 'discard', by: 'Ada', reason: 'a test' });
  await stopped(again);
  expect(await refusal(disk, halting(2, true), upgrade)).toEqual(['Ada has decided on hold 1 (discard), which nothing that is counted anew would know of']);
});

test('a version that would raise a hold, or be complete further than it was, is not gone on with', async () => {
  const disk = new MemoryDisk();
  const counting = (bound: number, late: ReturnType<typeof drop> | ReturnType<typeof halt>): Program => pipeline('strict', (app) => {
    const keyed = app.source('sales', log<Sale>({ keep: 'forever' }), { time: ({ at }) => at, complete: outOfOrder(bound), maxAhead: 'any' }).keyBy(({ key }) => key);
    return { windows: keyed.window(tumbling(10)).count({ name: 'windows', late: late as ReturnType<typeof drop> }) };
  }) as unknown as Program;
  const first = await started(disk, counting(5, drop()));
  await sold(first, ...SALES, sale(30, 'b', 1, 1), sale(5, 'a', 1, 1));
  await stopped(first);
  expect(await refusal(disk, counting(2, drop()), { windows: rebuild({ version: '2' }) })).toEqual(["states cannot be counted anew: source 'sales' would be complete up to 28, and was up to 25"]);
  const halts = await refusal(disk, counting(5, halt({ scope: 'key', keep: 100 }) as never), { windows: rebuild({ version: '2' }), 'windows parked': discard(), 'windows adjusted': discard() });
  expect(halts).toContain('states cannot be counted anew: a hold (late-to-final) would be raised, on which nobody has decided');
});

test('rows that may change and have left are refused by name, those that have not are not', async () => {
  const disk = new MemoryDisk();
  const published = (factor: number): Program => pipeline('published', (app) => {
    const keyed = app.source('sales', log<Sale>({ keep: 'forever' }), { time: ({ at }) => at, complete: outOfOrder(0), maxAhead: 'any' }).keyBy(({ key }) => key);
    const windows = keyed.window(tumbling(10)).sum((one) => one.gross * factor, { name: 'windows', early: 'each' });
    windows.to(app.changelog('feed', { keep: 1_000 }));
    return { windows };
  }) as unknown as Program;
  await stopped(await started(disk, published(1)));
  const second = await started(disk, published(2), { windows: rebuild({ version: '2' }) });
  await sold(second, ...SALES);
  await stopped(second);
  expect(await refusal(disk, published(3), { windows: rebuild({ version: '3' }) })).toEqual([
    "state 'windows' cannot be counted anew: rows of it that may change have left to 'feed', and would be taken back by nobody; give it another name, and discard() this one",
  ]);
});

test('a record that fails after something had been changed is set aside again', async () => {
  const disk = new MemoryDisk();
  const failing = (factor: number): Program => pipeline('failing', (app) => {
    const source = app.source('sales', log<Sale>({ keep: 'forever' }), { time: ({ at }) => at, complete: outOfOrder(0), maxAhead: 'any' });
    const totals = source.keyBy(({ key }) => key).sum((one) => one.gross * factor, { name: 'totals' });
    const others = source.map((one) => {
      if (one.gross === 1_000) throw new Error('too much');
      return one;
    }).keyBy(({ key }) => key).count({ name: 'others' });
    return { totals, others };
  }) as unknown as Program;
  const first = await started(disk, failing(1));
  await sold(first, ...SALES);
  expect(await rows(first, 'totals')).toEqual([['a', 80], ['b', 20]]);
  await stopped(first);
  const lines = await told(() => started(disk, failing(2), { totals: rebuild({ version: '2' }) }));
  expect(lines).toEqual(["'failing': state 'totals' (table by 1 sum) is counted anew as version '2', from 5 records of source 'sales', 1 of them set aside"]);
  expect(await rows(running[0] as Program, 'totals')).toEqual([['a', 160], ['b', 40]]);
});

/** Waits for something while a clock stands still. */
async function turning<R>(clock: HandClock, what: Promise<R>): Promise<R> {
  let isOver = false;
  what.then(() => (isOver = true), () => (isOver = true));
  while (!isOver) {
    clock.settle();
    clock.move(0);
    await clock.yield();
  }
  return what;
}

test('what clocks had decided is decided again, at the same place of the input', async () => {
  const disk = new MemoryDisk();
  const idle = (factor: number): Program => pipeline('idle', (app) => {
    const source = app.source('sales', log<Sale>({ keep: 'forever' }), { time: ({ at }) => at, complete: outOfOrder(10, { idleAfter: 100 as Duration }), maxAhead: 'any' });
    return { windows: source.keyBy(({ key }) => key).window(tumbling(1_000)).sum(({ gross }) => gross * factor, { name: 'windows', keep: hours(1) }) };
  }) as unknown as Program;
  const clock = new HandClock(1_000);
  const first = idle(1);
  await turning(clock, first.start({ store: memoryBackend(disk), clock }));
  await turning(clock, first.append('sales', [sale(900, 'a', 5, 5)]));
  await turning(clock, first.caughtUp('sales'));
  for (let step = 0; step < 30; step += 1) {
    clock.move(100);
    for (let turn = 0; turn < 10; turn += 1) {
      clock.settle();
      await clock.yield();
    }
  }
  // The window is over by the clock: this is late, and would not be by what had come.
  await turning(clock, first.append('sales', [sale(950, 'a', 7, 7), sale(3_950, 'a', 1, 1)]));
  await turning(clock, first.caughtUp('sales'));
  expect(await rows(first, 'windows')).toEqual([['a', 5], ['a', 1]]);
  const frontier = first.status().sources['sales']?.[0]?.frontier;
  await turning(clock, first.stop());
  const second = idle(2);
  await turning(clock, second.start({ store: memoryBackend(disk), clock, upgrade: { windows: rebuild({ version: '2' }) } }));
  expect(await rows(second, 'windows')).toEqual([['a', 10], ['a', 2]]);
  expect(second.status().sources['sales']?.[0]?.frontier).toBe(frontier);
  expect(second.status().states['windows']).toMatchObject({ late: 1 });
  await turning(clock, second.stop());
});

test('partitions are counted anew as far as each was read, and end where they had ended', async () => {
  const disk = new MemoryDisk();
  const lists = [[1, 12, 3, 25], [2, 11], [4, 30, 5, 31, 32]];
  const listing = (factor: number, left: unknown[]): Program => pipeline('lists', (app) => {
    const numbers = app.source('numbers', listed(lists, 2), { time: (n) => n, complete: outOfOrder(0) });
    const windows = numbers.keyBy((n) => n % 2).window(tumbling(10)).sum((n) => n * factor, { name: 'windows', keep: hours(1) });
    windows.final().map(({ key, window, value }) => `${key} ${window?.start} ${value}`).to(app.sink('out', callback((row) => void left.push(row))));
    return { windows };
  }) as unknown as Program;
  const left: unknown[] = [];
  await listing(1, left).run({ store: memoryBackend(disk) });
  expect(left).toHaveLength(7);
  const again: unknown[] = [];
  const one = listing(10, again);
  const reads = await told(() => one.run({ store: memoryBackend(disk), upgrade: { windows: rebuild({ version: '10' }) } }));
  expect(reads).toEqual(["'lists': state 'windows' (window tumbling 10 ms by 1 sum) is counted anew as version '10', from 11 records of source 'numbers'; what has left to 'out' stays as it left"]);
  expect(again).toEqual([]);
});
