import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { type Change, type Program, callback, jsonLinesFile, pipeline, rebuild, revise, tumbling } from '../index.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { SALES, type Sale, allStopped, refusal, rowsOf, runningNow, sale, salesOf, sold, started, stopped, told } from '../testing/fixture-sales.ts';

/*
 * States that are counted anew when rows of them that may change had left: what had left otherwise is corrected.
 */

afterEach(allStopped);

type Told = string[];

const text = ({ key, window, before, after, revision, cause }: Change<string, number>): string =>
  `${key}${window === undefined ? '' : ` ${window.start}-${window.end}`} ${before} → ${after} r${revision}${cause.kind === 'rebuild' ? ` ${cause.version}` : ''}`;

/** Sums that leave with every event, and windows that may be revised; `least`: sales below are not counted. */
function published(field: 'gross' | 'net', out: { readonly totals: Told; readonly windows: Told }, { least = 0 }: { readonly least?: number } = {}): Program {
  return pipeline('published', (app) => {
    const keyed = salesOf(app).filter((one) => one[field] >= least).keyBy(({ key }) => key);
    const totals = keyed.sum((one: Sale) => one[field], { name: 'totals' });
    const windows = keyed.window(tumbling(10)).sum((one: Sale) => one[field], { name: 'windows', late: revise({ retain: 1_000 }) });
    totals.changes().map(text).to(app.sink('totals out', callback((row) => void out.totals.push(row))));
    windows.changes().map(text).to(app.sink('windows out', callback((row) => void out.windows.push(row))));
    windows.to(app.changelog('feed', { keep: 1_000 }));
    return { totals, windows };
  }) as unknown as Program;
}

const nothing = (): { readonly totals: Told; readonly windows: Told } => ({ totals: [], windows: [] });
const net = { totals: rebuild({ version: 'net' }), windows: rebuild({ version: 'net' }) };

test('what had left otherwise leaves as corrections, each once, in the commit with which the states are there', async () => {
  const [first, second, third] = [nothing(), nothing(), nothing()];
  const disk = new MemoryDisk();
  await sold(await started(disk, published('gross', first)), ...SALES);
  await stopped(runningNow());
  expect(first.totals.at(-1)).toBe('a 1040 → 1080 r3');
  expect(first.windows).toEqual(['a 0-10 undefined → 10 r0', 'b 0-10 undefined → 20 r0', 'a 0-10 10 → 1010 r1']);
  const lines = await told(() => started(disk, published('net', second), net));
  expect(lines).toEqual([
    "'published': state 'totals' (table by 1 sum) is counted anew as version 'net', from 5 records of source 'sales'; what had left to 'totals out' otherwise is corrected now",
    "'published': state 'windows' (window tumbling 10 ms by 1 sum late revise for 1 s, kept at changes) is counted anew as version 'net', from 5 records of source 'sales'; what had left to 'windows out' and 'feed' otherwise is corrected now",
  ]);
  await sold(runningNow(), sale(25, 'a', 5, 4));
  expect(second).toEqual({
    totals: ['a 1080 → 864 r4 net', 'b 20 → 16 r1 net', 'a 864 → 868 r5'],
    // The window that was open had said nothing.
    windows: ['a 0-10 1010 → 808 r2 net', 'b 0-10 20 → 16 r1 net', 'a 10-20 undefined → 56 r0'],
  });
  expect(await rowsOf(runningNow(), 'totals')).toEqual([['a', 868], ['b', 16]]);
  await stopped(runningNow());
  await sold(await started(disk, published('net', third), net), sale(26, 'b', 5, 4));
  expect(third).toEqual({ totals: ['b 16 → 20 r2'], windows: [] });
});

test('rows that there should not have been go, and rows that should have been come', async () => {
  const [first, second, third] = [nothing(), nothing(), nothing()];
  const disk = new MemoryDisk();
  await sold(await started(disk, published('gross', first, { least: 20 })), ...SALES);
  await stopped(runningNow());
  expect(first.windows).toEqual(['b 0-10 undefined → 20 r0', 'a 0-10 undefined → 1000 r0']);
  await sold(await started(disk, published('gross', second, { least: 30 }), { totals: rebuild({ version: '30' }), windows: rebuild({ version: '30' }) }));
  await stopped(runningNow());
  expect(second).toEqual({ totals: ['b 20 → undefined r1 30'], windows: ['b 0-10 20 → undefined r1 30'] });
  await sold(await started(disk, published('gross', third), { totals: rebuild({ version: 'all' }), windows: rebuild({ version: 'all' }) }));
  expect(third).toEqual({ totals: ['a 1070 → 1080 r3 all', 'b undefined → 20 r0 all'], windows: ['a 0-10 1000 → 1010 r1 all', 'b 0-10 undefined → 20 r0 all'] });
});

test('the list of corrections has those of windows that were over, with the version as their cause', async () => {
  const disk = new MemoryDisk();
  await sold(await started(disk, published('gross', nothing())), ...SALES);
  await stopped(runningNow());
  const second = await started(disk, published('net', nothing()), net);
  const corrections = (await second.corrections()).filter(({ cause }) => cause.kind === 'rebuild');
  expect(corrections).toMatchObject([
    { table: 'windows', key: 'a', before: 1_010, after: 808, cause: { kind: 'rebuild', version: 'net' }, reached: [{ dependent: 'windows out', first: 3, end: 4 }, { dependent: 'feed', first: 3, end: 4 }] },
    { table: 'windows', key: 'b', before: 20, after: 16, cause: { kind: 'rebuild', version: 'net' } },
  ]);
});

test('a version that waits longer for events stands where the old one stood: what was final is not said again, what had left does not go', async () => {
  const waiting = (boundMs: number, field: 'gross' | 'net', out: Told): Program => pipeline('waiting', (app) => {
    const windows = salesOf(app, { boundMs }).keyBy(({ key }) => key).window(tumbling(10)).sum((one) => one[field], { name: 'windows', late: revise({ retain: 15 }) });
    windows.changes().map((change) => `${text(change)} ${change.finality}`).to(app.sink('out', callback((row) => void out.push(row))));
    return { windows };
  }) as unknown as Program;
  const [first, second]: [Told, Told] = [[], []];
  const disk = new MemoryDisk();
  await sold(await started(disk, waiting(0, 'gross', first)), sale(1, 'a', 10, 8), sale(11, 'a', 20, 16), sale(29, 'a', 30, 24));
  await stopped(runningNow());
  expect(first).toEqual(['a 0-10 undefined → 10 r0 provisional', 'a 10-20 undefined → 20 r0 provisional', 'a 0-10 10 → 10 r0 final']);
  // By itself it would be complete up to 4.
  await sold(await started(disk, waiting(25, 'net', second), { windows: rebuild({ version: 'net' }) }));
  expect(second).toEqual(['a 10-20 20 → 16 r1 net provisional']);
  expect(runningNow().status().sources['sales']?.[0]?.frontier).toBe(29);
  await sold(runningNow(), sale(60, 'a', 5, 4));
  expect(second.slice(1)).toEqual(['a 20-30 undefined → 24 r0 provisional', 'a 10-20 16 → 16 r1 final']);
});

test('where a step fails on a correction the start is refused, with which and why, and nothing is changed', async () => {
  const failing = (field: 'gross' | 'net', out: Told, fails: boolean): Program => pipeline('failing', (app) => {
    const totals = salesOf(app).keyBy(({ key }) => key).sum((one) => one[field], { name: 'totals' });
    const lines = totals.changes().map((change) => {
      if (fails && change.cause.kind === 'rebuild') throw new Error('nobody knows that cause');
      return text(change);
    });
    lines.to(app.sink('out', callback((row) => void out.push(row))));
    return { totals };
  }) as unknown as Program;
  const [second, third]: [Told, Told] = [[], []];
  const disk = new MemoryDisk();
  await sold(await started(disk, failing('gross', [], false)), sale(1, 'a', 10, 8), sale(2, 'b', 7, 5));
  await stopped(runningNow());
  const upgrade = { totals: rebuild({ version: 'net' }) };
  expect(await refusal(disk, failing('net', second, true), upgrade)).toEqual(["state 'totals' cannot be counted anew: a step behind it fails on a correction (Error: nobody knows that cause)"]);
  expect(second).toEqual([]);
  await stopped(await started(disk, failing('net', third, false), upgrade));
  expect(third).toEqual(['a 10 → 8 r1 net', 'b 7 → 5 r1 net']);
});

test('a file that rows have gone to gets the corrections behind them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-rebuild-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'totals.jsonl');
  const filed = (field: 'gross' | 'net'): Program => pipeline('filed', (app) => {
    const totals = salesOf(app).keyBy(({ key }) => key).sum((one) => one[field], { name: 'totals' });
    totals.changes().map(text).to(app.sink('out', jsonLinesFile(path)));
    return { totals };
  }) as unknown as Program;
  const disk = new MemoryDisk();
  await sold(await started(disk, filed('gross')), sale(1, 'a', 10, 8));
  await stopped(runningNow());
  const lines = await told(() => started(disk, filed('net'), { totals: rebuild({ version: 'net' }) }));
  expect(lines).toEqual(["'filed': state 'totals' (table by 1 sum) is counted anew as version 'net', from 1 record of source 'sales'; what had left to 'out' otherwise is corrected now"]);
  await sold(runningNow(), sale(2, 'a', 5, 4));
  await stopped(runningNow());
  expect(readFileSync(path, 'utf8')).toBe('"a undefined → 10 r0"\n"a 10 → 8 r1 net"\n"a 8 → 12 r2"\n');
});

test('a table of tables says what it had said, and is corrected once, though it is counted from two that are', async () => {
  const disk = new MemoryDisk();
  const joined = (field: 'gross' | 'net', out: Told): Program => pipeline('joined', (app) => {
    const keyed = salesOf(app).keyBy(({ key }) => key);
    const sums = keyed.sum((one) => one[field], { name: 'sums' });
    const most = keyed.max((one) => one[field], { name: 'most' });
    const both = sums.join(most, (sum, max) => sum - max, { name: 'both' });
    both.groupBy(() => 'all').sum(({ value }) => value, { name: 'rest' }).changes().map(text).to(app.sink('rest', callback((row) => void out.push(row))));
    both.changes().map(text).to(app.sink('out', callback((row) => void out.push(row))));
    return { both };
  }) as unknown as Program;
  const [first, second]: [Told, Told] = [[], []];
  await sold(await started(disk, joined('gross', first)), ...SALES);
  await stopped(runningNow());
  const all = Object.fromEntries(['sums', 'most', 'both', 'rest'].map((name) => [name, rebuild({ version: 'net' })]));
  await sold(await started(disk, joined('net', second), all), sale(14, 'b', 2, 1));
  expect(first.slice(-2).toSorted()).toEqual(['a 40 → 80 r3', 'all 40 → 80 r4']);
  expect(second.toSorted()).toEqual(['a 80 → 64 r4 net', 'all 64 → 65 r6', 'all 80 → 64 r5 net', 'b 0 → 1 r1']);
});

test('where the old state is not understood, or does not know what had left, it is refused as before', async () => {
  const disk = new MemoryDisk();
  const windowed = (size: number): Program => pipeline('sized', (app) => {
    const windows = salesOf(app).keyBy(({ key }) => key).window(tumbling(size)).count({ name: 'windows', early: 'each' });
    windows.changes().to(app.sink('out', callback(() => {})));
    return { windows };
  }) as unknown as Program;
  await sold(await started(disk, windowed(10)), ...SALES);
  await stopped(runningNow());
  expect(await refusal(disk, windowed(20), { windows: rebuild({ version: '20' }) })).toContain(
    "state 'windows' cannot be counted anew: rows of it that may change have left to 'out', and as (window tumbling 10 ms by 1 count late drop, early: each, kept at changes) it kept them in a way that (window tumbling 20 ms by 1 count late drop, early: each, kept at changes) does not read; give it another name, and discard() this one",
  );
});
