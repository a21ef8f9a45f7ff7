import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { pipeline } from '../stream/pipeline.ts';
import { sequences } from '../time/completeness.ts';
import { seconds } from '../time/duration.ts';
import { tumbling } from '../time/windowing.ts';
import { httpIngest } from './http-ingest.ts';

const script = join(import.meta.dirname, '../testing/fixture-chain.ts');
const EVENTS = 12_000;
/** Each life but the last is killed at so many deliveries. */
const KILLED_AT = [1, 3, 7, 2, 11, 5];
const SIZE_MS = 1_000;

interface Usage {
  readonly at: number;
  readonly n: number;
}

/** One event a ms, up to 40 ms out of order. */
const usage = Array.from({ length: EVENTS }, (_, n): Usage => ({ at: Math.max(0, n - ((n * 7) % 41)), n }));

/** Runs the first program; kills it at so many deliveries. */
async function life(args: readonly string[], deliveriesMax: number): Promise<{ signal: NodeJS.Signals | null; last: string | undefined; stderr: string }> {
  const child = spawn(process.execPath, ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning', script, ...args]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => void (stderr += data.toString()));
  const output = createInterface({ input: child.stdout });
  output.on('line', (line) => {
    lines.push(line);
    if (lines.length === deliveriesMax) child.kill('SIGKILL');
  });
  const [[, signal]] = (await Promise.all([once(child, 'exit'), once(output, 'close')])) as [[number | null, NodeJS.Signals | null], unknown];
  return { signal, last: lines.at(-1), stderr };
}

test('a program that is killed again and again: the next one has each of its facts once, and nothing is missing', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-chain-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'usage.jsonl'), usage.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const ingest = httpIngest<Usage>({ port: 0, messages: true, keep: 'forever' });
  const billing = pipeline('billing', (app) => ({
    sums: app
      .source('usage', ingest, { time: (u) => u.at, complete: sequences({ roster: ['meter'], silentAfter: seconds(600) }) })
      .window(tumbling(SIZE_MS))
      .sum((u) => u.n, { name: 'sums', keep: 'forever' }),
  }));
  await billing.start({ store: join(folder, 'billing') });
  onTestFinished(() => billing.stop());
  const args = [ingest.address().url, join(folder, 'usage.jsonl'), join(folder, 'meter')];
  for (const deliveriesMax of KILLED_AT) expect(await life(args, deliveriesMax)).toMatchObject({ signal: 'SIGKILL', stderr: '' });
  expect(await life(args, Number.POSITIVE_INFINITY)).toEqual({ signal: null, last: 'done', stderr: '' });
  await billing.caughtUp('usage');

  const sums = Array.from({ length: Math.ceil(EVENTS / SIZE_MS) }, () => 0);
  for (const { at, n } of usage) sums[Math.floor(at / SIZE_MS)] = (sums[Math.floor(at / SIZE_MS)] as number) + n;
  const rows = await billing.tables.sums.scan();
  expect(rows.map(({ value }) => value)).toEqual(sums);
  // All but the last one, which ends with the goodbye.
  expect(rows.map(({ finality, evidence }) => [finality, ...evidence]).slice(0, -1)).toEqual(sums.slice(1).map(() => ['final', 'assumed']));
  expect(billing.missing()).toEqual([]);
  const [partition] = billing.status().sources['usage'] ?? [];
  expect(partition?.numbered).toMatchObject({ events: EVENTS, contradictions: 0, belowFrontier: 0 });
  expect(partition?.numbered?.repeated).toBeGreaterThan(0);
});
