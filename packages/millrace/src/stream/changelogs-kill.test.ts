import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';

const script = join(import.meta.dirname, '../testing/fixture-subscriber.ts');
const KILLS = 6;
const EVENTS_A_LIFE = 400;

/** Runs the program with its subscriber; kills it when it has written so many lines. */
async function life(store: string, linesMax: number): Promise<{ readonly lines: readonly string[]; readonly signal: NodeJS.Signals | null; readonly stderr: string }> {
  const child = spawn(process.execPath, ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning', script, store, String(EVENTS_A_LIFE)]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => void (stderr += data.toString()));
  const output = createInterface({ input: child.stdout });
  output.on('line', (line) => {
    lines.push(line);
    if (lines.length === linesMax) child.kill('SIGKILL');
  });
  const [[, signal]] = (await Promise.all([once(child, 'exit'), once(output, 'close')])) as [[number | null, NodeJS.Signals | null], unknown];
  return { lines, signal, stderr };
}

test('a program that is killed again and again: its subscriber reads on from what it has acknowledged, every change once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-subscriber-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  /** The position behind what was acknowledged, as far as it was heard; and behind what was read. */
  let [acknowledged, read] = [0, 0];
  for (let n = 0; n <= KILLS; n += 1) {
    const isLast = n === KILLS;
    const { lines, signal, stderr } = await life(join(folder, 'store'), isLast ? Number.POSITIVE_INFINITY : 2 + n * 61);
    expect({ signal, stderr }).toEqual({ signal: isLast ? null : 'SIGKILL', stderr: '' });
    let next: number | undefined;
    for (const line of lines) {
      const [what, position, count] = line.split(' ');
      if (what === 'read') {
        // What was acknowledged last may have become durable without being heard.
        if (next === undefined) expect(Number(position) >= acknowledged && Number(position) <= read).toBe(true);
        else expect(Number(position)).toBe(next);
        // The change at a position is the one that counted as many events before it, in every life.
        expect(Number(count)).toBe(Number(position) + 1);
        next = Number(position) + 1;
        read = Math.max(read, next);
      } else if (what === 'acknowledged') {
        expect(Number(position) + 1).toBe(next);
        acknowledged = Number(position) + 1;
      }
    }
    if (isLast) expect(lines.at(-1)).toBe('closed');
  }
  expect(acknowledged).toBe(read);
  expect(acknowledged).toBeGreaterThanOrEqual(EVENTS_A_LIFE);
}, 120_000);
