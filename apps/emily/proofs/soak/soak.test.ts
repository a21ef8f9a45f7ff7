import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Ended } from '../../test/emily-process.ts';
import { type Totals, azureRows } from '../../test/recount.ts';
import { writeDemand } from './demand.ts';
import { judged } from './judged.ts';
import type { Soaked } from './soak.ts';
import { type Sample, sampled, slope } from './watch.ts';

function folderOf(): string {
  const folder = mkdtempSync(join(tmpdir(), 'emily-soak-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('a process is seen with what it has open and on disk, and not once it is gone', () => {
  const folder = folderOf();
  writeFileSync(join(folder, 'a'), 'x'.repeat(100_000));
  const found = sampled(process.pid, folder, 1, 2);
  expect(found).toMatchObject({ age: 1, done: 2 });
  expect(found?.diskBytes).toBeGreaterThanOrEqual(100_000);
  expect(found?.handles).toBeGreaterThan(2);
  expect(found?.rssBytes).toBeGreaterThan(10_000_000);
  expect(sampled(2 ** 22 + 1, folder, 1, 2)).toBeUndefined();
});

test('a line has its slope', () => {
  expect(slope([1, 2, 5], (x) => x, (x) => 3 * x + 7)).toBeCloseTo(3);
});

test('demand is as much as was asked for, the same for a seed, in order', () => {
  const file = join(folderOf(), 'trace.csv');
  writeDemand(file, { minutes: 10, perSecond: 20, seed: 1 });
  const rows = azureRows(file);
  // At noon it is busier than on average.
  expect(rows.length).toBeGreaterThan(12_000);
  expect(rows.length).toBeLessThan(24_000);
  expect(rows.every(({ at }, n) => n === 0 || at >= (rows[n - 1]?.at ?? 0))).toBe(true);
  writeDemand(`${file}2`, { minutes: 10, perSecond: 20, seed: 1 });
  expect(azureRows(`${file}2`)).toEqual(rows);
});

const sample = (over: Partial<Sample>): Sample => ({ age: 40, done: 100, rssBytes: 200_000_000, handles: 70, diskBytes: 1_000_000, ...over });
const totals: Totals = { requests: 100_000, inputTokens: 5, outputTokens: 7, perMinute: [[0, 100_000]] };
const ended: Ended = { code: 0, signal: null, stdout: JSON.stringify({ ...totals, seconds: 1 }), stderr: '' };

test.each<[what: string, soaked: Partial<Soaked>, problem: RegExp]>([
  ['totals that are not those of the trace', { ended: { ...ended, stdout: JSON.stringify({ ...totals, inputTokens: 6 }) } }, /^expected 100000 requests, 5 input/],
  ['an end with an error', { ended: { ...ended, code: 1, stderr: 'why' } }, /code 1.*it said why/],
  ['memory that grows with what is not kept', { samples: [[sample({}), sample({ done: 50_000, rssBytes: 500_000_000 })]] }, /^memory grew by 6012 bytes a request/],
  ['memory that is taken all at once', { samples: [[sample({ rssBytes: 1_000_000_000 }), sample({ done: 50_000, rssBytes: 1_000_000_000 })]] }, /^it took 954 MB/],
  ['a disk that fills up', { samples: [[sample({}), sample({ done: 50_000, diskBytes: 500_000_000 })]] }, /^the disk took 10000 bytes a request/],
  ['connections that nobody closes', { samples: [[sample({}), sample({ done: 50_000, handles: 500 })]] }, /^at least 70 files.* at least 500/],
])('%s: a violation', (_, soaked, problem) => {
  const right: Soaked = { kills: 1, ended, samples: [[sample({}), sample({ done: 50_000 })]] };
  expect(judged(right, totals).problems).toEqual([]);
  expect(judged({ ...right, ...soaked }, totals).problems).toEqual([expect.stringMatching(problem)]);
});

test('connections that come and go are none', () => {
  const life = [70, 400, 72, 75, 600, 71].map((handles, i) => sample({ handles, done: 10_000 * i }));
  expect(judged({ kills: 1, ended, samples: [life] }, totals)).toMatchObject({ problems: [], figures: { handles: [70, 600], handlesLeft: [70, 71] } });
});
