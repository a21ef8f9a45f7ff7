import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished, expect, test } from 'vitest';
import { httpIngest } from '../connector/http-ingest.ts';
import { lmdbBackend } from '../port/lmdb-backend.ts';
import { pipeline } from '../stream/pipeline.ts';
import { outOfOrder } from '../time/completeness.ts';
import { Journal } from './journal.ts';
import type { Message } from './message.ts';

interface Value {
  readonly id: number;
  readonly at: number;
}

const script = join(import.meta.dirname, '../testing/fixture-sender.ts');
const KILLS = 8;
const VALUES_A_LIFE = 2_000;

/** Runs a sender; kills it when it has written so many lines. */
async function life(args: readonly string[], linesMax: number): Promise<{ lines: string[]; signal: NodeJS.Signals | null; stderr: string }> {
  const child: ChildProcess = spawn(process.execPath, ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning', script, ...args]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  let stderr = '';
  child.stderr?.on('data', (data: Buffer) => void (stderr += data.toString()));
  const output = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  output.on('line', (line) => {
    lines.push(line);
    if (lines.length === linesMax) child.kill('SIGKILL');
  });
  const [[, signal]] = (await Promise.all([once(child, 'exit'), once(output, 'close')])) as [[number | null, NodeJS.Signals | null], unknown];
  return { lines, signal, stderr };
}

test('a producer that is killed again and again: all that was acknowledged or journalled arrives, each once, in order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-kill-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const ingest = httpIngest<Value>({ port: 0, messages: true, keep: 'forever' });
  const program = pipeline('meter', (app) => {
    app.source('messages', ingest, { time: (m) => (m.kind === 'event' ? m.value.at : 0), complete: outOfOrder(1_000) });
  });
  await program.start({ store: join(folder, 'store') });
  onTestFinished(() => program.stop());
  const { url } = ingest.address();
  const journal = join(folder, 'outbox');

  const acknowledged: number[] = [];
  for (let n = 0; n <= KILLS; n += 1) {
    const isLast = n === KILLS;
    // At the first line the process has just opened; later ones are of values on their way.
    const linesMax = isLast ? Number.POSITIVE_INFINITY : 1 + n * 97;
    const { lines, signal, stderr } = await life([url, journal, String(n * VALUES_A_LIFE), String(VALUES_A_LIFE)], linesMax);
    expect({ signal, stderr }).toEqual({ signal: isLast ? null : 'SIGKILL', stderr: '' });
    if (isLast) expect(lines.at(-1)).toBe('closed');
    acknowledged.push(...lines.filter((line) => /^\d+$/.test(line)).map(Number));
  }
  expect(acknowledged.length).toBeGreaterThan(VALUES_A_LIFE);

  const left = new Journal(lmdbBackend(journal), 'sender', 2, 0);
  expect(left.restored).toEqual([]);
  left.close();

  const messages = [...program.read('messages')] as Message<Value>[];
  const contents = new Map<string, string>();
  const values = new Map<number, string>();
  /** The last new sequence of each epoch and parity of ids, which is the partition. */
  const lasts = new Map<string, number>();
  for (const message of messages) {
    if (message.kind !== 'event') continue;
    const place = `${message.epoch}/${message.value.id % 2}`;
    const key = `${place}/${message.sequence}`;
    const text = JSON.stringify(message);
    expect(contents.get(key) ?? text).toBe(text);
    expect(values.get(message.value.id) ?? key).toBe(key);
    if (!contents.has(key)) {
      expect(message.sequence).toBe((lasts.get(place) ?? -1) + 1);
      lasts.set(place, message.sequence);
    }
    contents.set(key, text);
    values.set(message.value.id, key);
  }
  expect(acknowledged.filter((id) => !values.has(id))).toEqual([]);
  // Each life was one epoch, and named the one before it with its last sequence in each partition.
  const epochs = [...new Set(messages.map(({ epoch }) => epoch))].toSorted((a, b) => a - b);
  expect(epochs.length).toBe(KILLS + 1);
  for (const [i, epoch] of epochs.entries()) {
    const begun = messages.filter((message) => message.kind === 'heartbeat' && message.epoch === epoch && message.sequence === -1);
    const named = new Set(begun.map(({ previous }) => previous?.sequence));
    const before = epochs[i - 1];
    expect(named).toEqual(new Set(before === undefined ? [undefined] : [0, 1].map((partition) => lasts.get(`${before}/${partition}`) ?? -1)));
  }
}, 120_000);
