import { afterEach, expect, test } from 'vitest';
import { type Adjustment, type Program, callback, daily, discard, hours, log, migrate, outOfOrder, pipeline, rebuild, reconcile, tumbling } from '../index.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { SALES, type Sale, allStopped, refusal, rowsOf, runningNow, sale, sales, salesOf, sold, started, stopped, told, used } from '../testing/fixture-sales.ts';

/*
 * States that a new version counts otherwise, counted anew from what the old one had read.
 */

afterEach(allStopped);

test('a sum of another field, which nobody can see, is counted anew; the same line once more changes nothing', async () => {
  const disk = await used();
  const upgrade = { totals: rebuild({ version: 'net' }) };
  expect(await told(() => started(disk, sales({ field: 'net' }), upgrade))).toEqual([
    "'sales': state 'totals' (table by 1 sum) is counted anew as version 'net', from 5 records of source 'sales'",
  ]);
  const second = runningNow();
  expect(await rowsOf(second, 'totals')).toEqual([['a', 864], ['b', 16]]);
  await sold(second, sale(14, 'b', 5, 4));
  expect(await rowsOf(second, 'totals')).toEqual([['a', 864], ['b', 20]]);
  await stopped(second);
  // A third way of counting under the old line: nothing is read, so it goes on from the second one.
  expect(await told(() => started(disk, sales({ field: 'gross' }), upgrade))).toEqual([]);
  const third = runningNow();
  expect(await rowsOf(third, 'totals')).toEqual([['a', 864], ['b', 20]]);
  await stopped(third);
  await started(disk, sales({ field: 'gross' }), { totals: rebuild({ version: 'gross again' }) });
  expect(await rowsOf(runningNow(), 'totals')).toEqual([['a', 1_080], ['b', 25]]);
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
  const second = runningNow();
  expect(await rowsOf(second, 'windows')).toEqual([['a', 1_080], ['b', 20]]);
  expect(await rowsOf(second, 'totals')).toEqual([['a', 1_080], ['b', 20]]);
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

interface Told {
  readonly left: string[];
  readonly adjusted: string[];
}

/** As `sales`, under `reconcile`. */
function reconciled(field: 'gross' | 'net', windowing: ReturnType<typeof tumbling>, { left, adjusted }: Told): Program {
  return pipeline('reconciled', (app) => {
    const keyed = salesOf(app).keyBy(({ key }) => key);
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
  await sold(runningNow(), sale(31, 'b', 5, 4));
  // Not asked for: it was due.
  while (second.adjusted.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await stopped(runningNow());
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
    const keyed = salesOf(app).keyBy(({ key }) => key);
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
  expect(await rowsOf(second, 'windows')).toEqual([['a', 140]]);
  expect(await rowsOf(second, 'best')).toEqual([['all', 40]]);
  await sold(second, sale(21, 'a', 0, 0));
  expect(await rowsOf(second, 'best')).toEqual([['all', 140]]);
});

test('a state that is new is counted from the first record on, a source under another name too; where nothing is stored it is as if it had been', async () => {
  const disk = await used();
  const upgrade = { counts: rebuild({ version: '1' }) };
  const second = await started(disk, sales({ more: true }), upgrade);
  expect(await rowsOf(second, 'counts')).toEqual([['a', 4], ['b', 1]]);
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
  expect(await rowsOf(third, 'totals')).toEqual([['a', 864], ['b', 16]]);
});
