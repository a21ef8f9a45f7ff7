import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { lmdbBackend } from '../port/lmdb-backend.ts';
import { Journal } from './journal.ts';
import type { Message } from './message.ts';

const script = join(import.meta.dirname, '../testing/fixture-sender.ts');
/** How large its files may become, in blocks of 512 bytes. */
const BLOCKS_MAX = 400;
const VALUES = 3_000;
const FULL_MIN = 100;

test('a disk that becomes full: send says so, and what it says it of is not in the journal; everything else is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-full-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const journal = join(folder, 'outbox');
  // Nobody listens on port 1: nothing leaves the journal.
  const args = ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning', script, 'http://127.0.0.1:1', journal, '0', String(VALUES)];
  const child = spawn('/bin/sh', ['-c', `trap '' XFSZ; ulimit -f ${BLOCKS_MAX}; exec "$@"`, 'sh', process.execPath, ...args]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const refused: number[] = [];
  const output = createInterface({ input: child.stdout });
  for await (const line of output) {
    if (line === 'open') continue;
    expect(line).toMatch(/^\d+ STORE_FULL$/);
    refused.push(Number.parseInt(line, 10));
    if (refused.length === FULL_MIN) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(refused.length).toBeGreaterThanOrEqual(FULL_MIN);

  const left = new Journal(lmdbBackend(journal), 'sender', 2, 0);
  const ids = left.restored.flatMap(({ texts }) => texts.map((text) => JSON.parse(text) as Message<{ id: number }>)).flatMap((m) => (m.kind === 'event' ? [m.value.id] : []));
  left.close();
  expect(ids.filter((id) => refused.includes(id))).toEqual([]);
  // Whatever came before the first refusal had been journalled.
  expect(ids.filter((id) => id < (refused[0] as number)).length).toBe(refused[0]);
  expect(ids.length).toBeGreaterThan(0);
});
