import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { callback, jsonLinesFile, log, outOfOrder, pipeline, tumbling } from '../index.ts';
import { systemClock } from '../port/clock.ts';
import { CHANGELOG, REWIND, parseKey } from '../store/key.ts';
import { replayStore } from './replay.ts';
import { survey } from './survey.ts';

/*
 * A store is taken back to any of its commits: a program goes on from there, and comes to what it had come to, with
 * its files as they were and every row under the number that it had.
 */

type Call = { readonly at: number; readonly id: string; readonly tenant: string };

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 10, 23);
const BATCH_MS = 1_000;
const BATCHES = 12;
const BATCH = 25;
/** Of five keys: the others are on disk. */
const HOT = 2;

const callAt = (n: number): Call => ({ at: n * 100 - (n % 7) * 150, id: `call-${n % 50 === 0 && n > 0 ? n - 1 : n}`, tenant: `tenant-${n % 5}` });
const batchAt = (batch: number): readonly Call[] => Array.from({ length: BATCH }, (_, i) => ({ ...callAt(batch * BATCH + i), at: Math.max(0, callAt(batch * BATCH + i).at) }));

function program(file: string, taken: Map<number, string>) {
  return pipeline('replayed', (app) => {
    const calls = app.source('calls', log<Call>(), { time: ({ at }) => at, complete: outOfOrder(1_000), maxAhead: 'any' });
    const keyed = calls.dedupe({ name: 'seen', id: ({ id }) => id, for: HOUR_MS }).keyBy(({ tenant }) => tenant);
    keyed.window(tumbling(1_000)).count({ name: 'counts' }).final().to(app.sink('out', jsonLinesFile(file)));
    const totals = keyed.count({ name: 'totals' });
    totals.changes().map(({ key, after }) => `${key} ${after}`).to(app.sink('changes', callback((row: string, number) => {
      // Under its number a row is always the same.
      expect(taken.get(number) ?? row).toBe(row);
      taken.set(number, row);
    })));
    return { totals };
  });
}

interface Lived {
  readonly folder: string;
  readonly store: string;
  readonly file: string;
  /** After each batch: the number of the commit. */
  readonly commits: readonly number[];
  readonly end: ReadonlyMap<string, number>;
  readonly taken: Map<number, string>;
}

/** A program that has taken all batches, with a commit behind each. */
async function lived(): Promise<Lived> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-replay-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [store, file] = [join(folder, 'store'), join(folder, 'out.jsonl')];
  const taken = new Map<number, string>();
  const running = program(file, taken);
  await running.start({ store, rewind: HOUR_MS, hotKeys: HOT, commit: { everyMs: 60_000 } });
  const commits: number[] = [];
  for (let batch = 0; batch < BATCHES; batch += 1) {
    await running.append('calls', batchAt(batch));
    await running.caughtUp('calls');
    commits.push(running.status().commit);
  }
  const end = new Map((await running.tables.totals.scan()).map(({ key, value }) => [key, value]));
  await running.stop();
  return { folder, store, file, commits, end, taken };
}

test('whatever commit it is taken back to, it comes to the same again', async () => {
  const { folder, store, file, commits, end, taken } = await lived();
  const lines = readFileSync(file, 'utf8');
  const rows = [...taken];
  expect(survey(store)).toMatchObject({ findings: [], contents: { rewind: { transactions: expect.any(Number) } } });
  let n = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: BATCHES - 1 }), async (batch) => {
      n += 1;
      const [to, copy] = [join(folder, `to-${n}`), join(folder, `out-${n}.jsonl`)];
      const commit = commits[batch] as number;
      const made = replayStore(store, to, { commit });
      expect(made).toMatchObject({ commit, findings: [], made: { contents: { meta: { commit }, rewind: undefined } } });
      // What is in the file behind its position goes, and is written again.
      cpSync(file, copy);
      truncateSync(copy, (made.made.contents?.meta?.sinks['out']?.position as { readonly end: number } | null)?.end ?? 0);
      const again = new Map(taken);
      const running = program(copy, again);
      await running.start({ store: to, hotKeys: HOT, commit: { everyMs: 60_000 } });
      await running.caughtUp('calls');
      expect(new Map((await running.tables.totals.scan()).map(({ key, value }) => [key, value]))).toEqual(end);
      await running.stop();
      expect(readFileSync(copy, 'utf8')).toBe(lines);
      expect([...again]).toEqual(rows);
    }),
    { numRuns: 8 },
  );
});

test('to a time: the last commit that was made by then', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-replay-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const store = join(folder, 'store');
  let now = START;
  const running = program(join(folder, 'out.jsonl'), new Map());
  await running.start({ store, rewind: HOUR_MS, hotKeys: HOT, commit: { everyMs: 60_000 }, clock: { ...systemClock, now: () => now } });
  const commits: number[] = [];
  for (let batch = 0; batch < BATCHES; batch += 1) {
    now = START + batch * BATCH_MS;
    await running.append('calls', batchAt(batch));
    await running.caughtUp('calls');
    commits.push(running.status().commit);
  }
  await running.stop();
  for (const [batch, commit] of commits.slice(0, -1).entries()) {
    const from = START + batch * BATCH_MS;
    for (const at of [from, from + BATCH_MS - 1]) expect([at - START, replayStore(store, join(folder, `to-${at}`), { at })]).toMatchObject([at - START, { commit, findings: [] }]);
  }
  expect(() => replayStore(store, join(folder, 'before'), { at: START - 1 })).toThrow(
    expect.objectContaining({ code: 'NOT_KEPT', message: expect.stringMatching(/cannot be taken back to a commit made by .*: it has commits \d+ to \d+/) }),
  );
  expect(() => replayStore(store, join(folder, 'future'), { commit: (commits.at(-1) as number) + 100 })).toThrow(expect.objectContaining({ code: 'NOT_KEPT' }));
});

test('what was damaged since then is not in it, and where it was damaged before nothing is made', async () => {
  const { folder, store, commits } = await lived();
  const file = join(store, 'data.mdb');
  const [early, late] = [commits[4] as number, commits.at(-1) as number];
  let newest = { commit: early, bytes: new Uint8Array(0) };
  survey(store, (place, bytes) => {
    if (place[0] !== CHANGELOG) return;
    const { number } = parseKey(place);
    if (number > newest.commit) newest = { commit: number, bytes: bytes.slice() };
  });
  expect(newest.commit).toBeGreaterThan(early);
  // Pages that are free now may have it too.
  const whole = readFileSync(file);
  for (let at = whole.indexOf(newest.bytes); at >= 0; at = whole.indexOf(newest.bytes, at)) whole[at + 40] = (whole[at + 40] as number) ^ 1;
  writeFileSync(file, whole);
  expect(survey(store).findings).toMatchObject([{ code: 'CORRUPT_BLOCK' }]);
  expect(replayStore(store, join(folder, 'late'), { commit: late }).findings).toMatchObject([{ code: 'CORRUPT_BLOCK' }]);
  expect(() => survey(join(folder, 'late'))).not.toThrow();
  expect(replayStore(store, join(folder, 'early'), { commit: early })).toMatchObject({ commit: early, findings: [] });
});

test('past what is damaged of what it takes nobody goes back: what came after it can be reached, what came before it cannot', async () => {
  const { folder, store, commits } = await lived();
  const file = join(store, 'data.mdb');
  const parts: Uint8Array[] = [];
  survey(store, (place, bytes) => void (place[0] === REWIND && parts.push(bytes.slice())));
  const damaged = parts[Math.floor(parts.length / 2)] as Uint8Array;
  const whole = readFileSync(file);
  for (let at = whole.indexOf(damaged); at >= 0; at = whole.indexOf(damaged, at)) whole[at + 40] = (whole[at + 40] as number) ^ 1;
  writeFileSync(file, whole);
  expect(replayStore(store, join(folder, 'after'), { commit: commits.at(-2) as number })).toMatchObject({ findings: [] });
  expect(() => replayStore(store, join(folder, 'before'), { commit: commits[0] as number })).toThrow(expect.objectContaining({ code: 'NOT_KEPT' }));
});

test('a program that is started without it forgets what it cannot take back any more', async () => {
  const { folder, store, file, commits } = await lived();
  const running = program(file, new Map());
  await running.start({ store });
  await running.stop();
  expect(survey(store)).toMatchObject({ findings: [], contents: { rewind: undefined } });
  expect(() => replayStore(store, join(folder, 'to'), { commit: commits[0] as number })).toThrow(expect.objectContaining({ code: 'NOT_KEPT' }));
});

test('for how long is checked, and is of no use without a store', async () => {
  const some = program('nowhere.jsonl', new Map());
  await expect(some.start({ rewind: HOUR_MS })).rejects.toThrow('without one nothing can be taken back');
  await expect(some.start({ store: 'nowhere', rewind: -1 })).rejects.toThrow('a positive whole number of ms');
});
