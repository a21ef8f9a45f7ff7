import { afterEach, expect, test } from 'vitest';
import { type Program, callback, discard, drop, halt, log, migrate, outOfOrder, pipeline, tumbling } from '../index.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { CHANGELOG, LOG, OUTPUT, SPILLED, SUBSCRIBERS, keyRange } from '../store/key.ts';
import type { Backend } from '../port/backend.ts';
import type { Upgrades } from '../task/upgrade.ts';

/*
 * A program that is another version of the stored one: nothing is lost unless somebody says so by name, and what is
 * not said to be lost is there.
 */

interface Shape {
  readonly counts?: string;
  readonly sizeMs?: number;
  readonly totals?: string | null;
  readonly out?: string;
  readonly changes?: string | null;
  readonly source?: string;
}

type Event = { readonly at: number; readonly key: string };

const running: Program[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop().catch(() => {});
});

function program({ counts = 'counts', sizeMs = 10, totals = 'totals', out = 'out', changes = 'changes', source = 'events' }: Shape, taken: unknown[] = []): Program {
  return pipeline('upgraded', (app) => {
    const events = app.source(source, log<Event>({ keep: 'forever' }), { time: ({ at }) => at, complete: outOfOrder(0) });
    const keyed = events.keyBy(({ key }) => key);
    const windows = keyed.window(tumbling(sizeMs)).count({ name: counts, history: 1_000 });
    windows.final().map(({ key, window, value }) => `${key} ${window?.end} ${value}`).to(app.sink(out, callback((row) => void taken.push(row))));
    if (changes !== null) windows.to(app.changelog(changes, { keep: 1_000_000 }));
    if (totals === null) return { windows };
    return { windows, all: keyed.count({ name: totals }) };
  }) as unknown as Program;
}

async function started(disk: MemoryDisk, shape: Shape, upgrade?: Upgrades, taken?: unknown[]): Promise<Program> {
  const one = program(shape, taken);
  await one.start({ store: memoryBackend(disk), ...(upgrade !== undefined && { upgrade }) });
  running.push(one);
  return one;
}

async function stopped(one: Program): Promise<void> {
  await one.stop();
  running.splice(running.indexOf(one), 1);
}

/** A disk on which the program, as it is written above, has counted these. */
async function used(...events: readonly Event[]): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const one = await started(disk, {});
  await one.changelog('changes').subscribe('crm');
  await one.append('events', events);
  await one.caughtUp('events');
  await stopped(one);
  return disk;
}

const EVENTS = [{ at: 1, key: 'a' }, { at: 2, key: 'b' }, { at: 12, key: 'a' }, { at: 13, key: 'a' }];

async function refusal(disk: MemoryDisk, shape: Shape, upgrade?: Upgrades): Promise<readonly string[]> {
  const error = await started(disk, shape, upgrade).then(() => undefined, (thrown: unknown) => thrown as { readonly code: string; readonly data: { readonly differences: readonly string[] } });
  expect(error).toMatchObject({ code: 'PROGRAM_CHANGED' });
  return error?.data.differences ?? [];
}

const rows = async (one: Program, table: string): Promise<unknown> => (await (one.tables as unknown as Record<string, { scan(): Promise<readonly { key: unknown; value: unknown }[]> }>)[table]?.scan())?.map(({ key, value }) => [key, value]);

function sizes(disk: MemoryDisk): Readonly<Record<string, number>> {
  const backend: Backend = memoryBackend(disk);
  const of = (kind: number): number => Array.from({ length: 12 }, (_, id) => [...backend.range(...keyRange(kind, id))].length).filter((count) => count > 0).length;
  return { states: of(CHANGELOG), logs: of(LOG), outputs: of(OUTPUT), subscribers: of(SUBSCRIBERS) };
}

const told = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
  const lines: string[] = [];
  const hear = (warning: Error & { code?: string }): void => void (warning.code === 'UPGRADED' && lines.push(warning.message));
  process.on('warning', hear);
  await work();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', hear);
  return lines;
};

test('a state that is another begins empty, the others are there; once more it changes nothing', async () => {
  const disk = await used(...EVENTS);
  const shape = { sizeMs: 20 };
  expect(await refusal(disk, shape)).toEqual(["state 'counts' was (window tumbling 10 ms by 1 count) and is (window tumbling 20 ms by 1 count)"]);
  const upgrade = { counts: discard() };
  let one: Program | undefined;
  expect(await told(async () => (one = await started(disk, shape, upgrade)))).toEqual([
    expect.stringMatching(/^'upgraded': state 'counts' begins empty as \(window tumbling 20 ms by 1 count\); what state 'counts' had as \(window tumbling 10 ms by 1 count\), \d+ blocks?, is given up$/),
  ]);
  const now = one as Program;
  expect(await rows(now, 'all')).toEqual([['a', 3], ['b', 1]]);
  expect(await rows(now, 'windows')).toEqual([]);
  await now.append('events', [{ at: 14, key: 'a' }, { at: 15, key: 'b' }]);
  await now.caughtUp('events');
  expect(await rows(now, 'all')).toEqual([['a', 4], ['b', 2]]);
  await stopped(now);
  // A window that began before counts from now on: what it had seen is given up.
  expect(await told(() => started(disk, shape, upgrade))).toEqual([]);
  expect(await rows(running[0] as Program, 'windows')).toEqual([['a', 1], ['b', 1]]);
});

test('a new state begins empty where that is said, and one that is gone is deleted', async () => {
  const disk = await used(...EVENTS);
  expect(await refusal(disk, { totals: null })).toEqual(["state 'totals' (table by 1 count) is gone"]);
  const { states: before = 0 } = sizes(disk);
  await stopped(await started(disk, { totals: null }, { totals: discard() }));
  expect(sizes(disk)['states']).toBe(before - 1);
  expect(await refusal(disk, {})).toEqual(["state 'totals' (table by 1 count) is new"]);
  const one = await started(disk, {}, { totals: discard() });
  await one.append('events', [{ at: 14, key: 'a' }]);
  await one.caughtUp('events');
  expect(await rows(one, 'all')).toEqual([['a', 1]]);
});

test('what has another name now is taken over as it is, with what belongs to it', async () => {
  const disk = await used(...EVENTS);
  const shape = { counts: 'per ten', totals: 'sums', out: 'rows', changes: 'feed', source: 'clicks' };
  expect(await refusal(disk, shape)).toEqual([
    "state 'counts history' (history of counts) is gone",
    "state 'counts' (window tumbling 10 ms by 1 count) is gone",
    "state 'totals' (table by 1 count) is gone",
    "state 'per ten history' (history of per ten) is new",
    "state 'per ten' (window tumbling 10 ms by 1 count) is new",
    "state 'sums' (table by 1 count) is new",
    "source 'events' (log) is gone",
    "source 'clicks' (log) is new",
    "changelog 'changes' is gone, and crm subscribed to it",
  ]);
  const upgrade = { 'per ten': migrate({ from: 'counts' }), sums: migrate({ from: 'totals' }), rows: migrate({ from: 'out' }), feed: migrate({ from: 'changes' }), clicks: migrate({ from: 'events' }) };
  const taken: unknown[] = [];
  expect(await told(() => started(disk, shape, upgrade, taken))).toHaveLength(6);
  const one = running[0] as Program;
  await one.append('clicks', [{ at: 14, key: 'a' }, { at: 30, key: 'b' }]);
  await one.caughtUp('clicks');
  expect(await rows(one, 'all')).toEqual([['a', 4], ['b', 2]]);
  expect(await (await one.changelog('feed').subscribe('crm')).read()).not.toEqual([]);
  expect([...one.read('clicks')]).toHaveLength(6);
  await stopped(one);
  expect(taken).toEqual(['a 20 3']);
  expect(await told(async () => stopped(await started(disk, shape, upgrade)))).toEqual([]);
});

test('a state is not taken over by another kind of state, nor one that the program still has', async () => {
  const disk = await used(...EVENTS);
  expect(await refusal(disk, { counts: 'twenty', sizeMs: 20 }, { twenty: migrate({ from: 'counts' }) })).toEqual([
    "state 'twenty' was (window tumbling 10 ms by 1 count) and is (window tumbling 20 ms by 1 count)",
  ]);
  expect(await refusal(disk, { totals: null, counts: 'counts' }, { counts: migrate({ from: 'totals' }) })).toEqual(["state 'totals' (table by 1 count) is gone"]);
  // Nothing has been changed by what was refused.
  const one = await started(disk, {});
  expect(await rows(one, 'all')).toEqual([['a', 3], ['b', 1]]);
});

test('a changelog somebody reads and a source are given up by name', async () => {
  const disk = new MemoryDisk();
  const first = pipeline('upgraded', (app) => {
    app.source('old', log<number>({ keep: 'forever' }), { time: (n) => n, complete: outOfOrder(0) }).to(app.sink('gone', callback(() => undefined)));
    const events = app.source('events', log<number>(), { time: (n) => n, complete: outOfOrder(0) });
    events.keyBy((n) => n % 2).count({ name: 'counts' }).to(app.changelog('feed', { keep: 1_000_000 }));
  });
  await first.start({ store: memoryBackend(disk) });
  await first.changelog('feed').subscribe('crm');
  await first.append('old', [1, 2, 3]);
  await first.append('events', [1, 2, 3]);
  await first.caughtUp('old');
  await first.caughtUp('events');
  await first.stop();
  const { logs = 0 } = sizes(disk);
  const second = (): Program => pipeline('upgraded', (app) => {
    const events = app.source('events', log<number>(), { time: (n) => n, complete: outOfOrder(0) });
    return { counts: events.keyBy((n) => n % 2).count({ name: 'counts' }) };
  }) as unknown as Program;
  await expect(second().start({ store: memoryBackend(disk) })).rejects.toMatchObject({
    data: { differences: ["source 'old' (log) is gone", "changelog 'feed' is gone, and crm subscribed to it"] },
  });
  const two = second();
  running.push(two);
  const lines = await told(() => two.start({ store: memoryBackend(disk), upgrade: { old: discard(), feed: discard() } }));
  expect(lines).toEqual(["'upgraded': how far source 'old' (log) was read, and its log, is given up", "'upgraded': changelog 'feed' is given up, and what crm had not taken of it"]);
  expect(await rows(two, 'counts')).toEqual([[1, 2], [0, 1]]);
  expect(sizes(disk)).toMatchObject({ subscribers: 0, logs: logs - 2 });
});

test('a store without a difference is left alone, and what makes no sense is refused', async () => {
  const disk = await used(...EVENTS);
  await stopped(await started(disk, {}, { counts: discard(), nobody: migrate({ from: 'none' }) }));
  const one = await started(disk, {});
  expect(await rows(one, 'all')).toEqual([['a', 3], ['b', 1]]);
  expect(() => migrate({ from: '' })).toThrow('the name that the store has for it');
  const wrong = program({});
  await expect(wrong.start({ store: memoryBackend(), upgrade: { counts: 'discard' as never } })).rejects.toThrow("run({ upgrade: { 'counts' } })");
});

test('what has left memory goes with the table that it is of', async () => {
  const disk = new MemoryDisk();
  const kept = (name: string): Program => pipeline('kept', (app) => {
    const events = app.source('events', log<Event>(), { time: ({ at }) => at, complete: outOfOrder(0) });
    return { all: events.keyBy(({ key }) => key).count({ name }) };
  }) as unknown as Program;
  const start = async (one: Program, upgrade?: Upgrades): Promise<Program> => {
    await one.start({ store: memoryBackend(disk), hotKeys: 1, commit: { everyEvents: 1 }, ...(upgrade !== undefined && { upgrade }) });
    running.push(one);
    return one;
  };
  const spilled = (): number => Array.from({ length: 4 }, (_, id) => [...memoryBackend(disk).range(...keyRange(SPILLED, id))].length).reduce((sum, count) => sum + count);
  const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
  const first = await start(kept('totals'));
  for (const [at, key] of [...keys, ...keys].entries()) await first.append('events', [{ at, key }]);
  await first.caughtUp('events');
  await stopped(first);
  expect(spilled()).toBeGreaterThan(0);
  const second = await start(kept('sums'), { sums: migrate({ from: 'totals' }) });
  expect(new Set((await rows(second, 'all')) as readonly unknown[])).toEqual(new Set(keys.map((key) => [key, 2])));
  await stopped(second);
  const third = await start(kept('anew'), { anew: discard(), sums: discard() });
  expect(spilled()).toBe(0);
  expect(await rows(third, 'all')).toEqual([]);
  await third.append('events', [{ at: 20, key: 'a' }]);
  await third.caughtUp('events');
  expect(await rows(third, 'all')).toEqual([['a', 1]]);
});

test('of a state with events that wait in a hold', async () => {
  const disk = new MemoryDisk();
  const halting = (size: number, halts: boolean): Program => pipeline('upgraded', (app) => {
    const events = app.source('events', log<Event>(), { time: ({ at }) => at, complete: outOfOrder(0) });
    return { counts: events.keyBy(({ key }) => key).window(tumbling(size)).count({ name: 'counts', late: halts ? halt({ scope: 'key', keep: 100 }) : drop() }) };
  }) as unknown as Program;
  const first = halting(10, true);
  await first.start({ store: memoryBackend(disk) });
  await first.append('events', [{ at: 5, key: 'a' }, { at: 25, key: 'b' }, { at: 6, key: 'a' }, { at: 26, key: 'a' }]);
  await first.caughtUp('events');
  expect(first.holds()).toMatchObject([{ reason: 'late-to-final' }]);
  await first.stop();
  const second = halting(20, false);
  running.push(second);
  const error = await second.start({ store: memoryBackend(disk), upgrade: { counts: discard(), 'counts parked': discard(), 'counts adjusted': discard() } }).then(() => undefined, (thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'PROGRAM_CHANGED', data: { differences: ['hold 1 of state counts (late-to-final) waits for a decision, which the version that wrote it has to be given'] } });
});

