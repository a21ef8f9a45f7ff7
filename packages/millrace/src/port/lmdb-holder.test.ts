import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** In which a start is over: it opens a store with nothing in it. */
const START_MS_MAX = 20_000;

let path: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'millrace-holder-')), 'store');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(join(path, '..'), { recursive: true });
});

/** A process that opens the store at `path` as `store`, and does so. */
function starts(does: string): ChildProcess {
  const source = `
    import { lmdbBackend } from ${JSON.stringify(new URL('lmdb-backend.ts', import.meta.url).href)};
    const store = lmdbBackend(${JSON.stringify(path)});
    ${does}
  `;
  const child = spawn(process.execPath, ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', source], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

// Only Linux tells of the locks of others.
test.skipIf(process.platform !== 'linux')('a second program is refused while the first one stands still in the middle of a commit', { timeout: 2 * START_MS_MAX }, async () => {
  const first = starts(`
    import { writeSync } from 'node:fs';
    store.transact((txn) => {
      txn.put(Uint8Array.of(1), Uint8Array.of(1));
      writeSync(1, 'within');
      process.kill(process.pid, 'SIGSTOP');
    });
    console.log('through');
    setInterval(() => {}, 1_000);
  `);
  await once(first.stdout as NodeJS.ReadableStream, 'data');
  const second = starts('');
  const told = text(second.stderr as NodeJS.ReadableStream);
  const timer = setTimeout(() => second.kill('SIGKILL'), START_MS_MAX);
  const [code, signal] = (await once(second, 'close')) as [number | null, string | null];
  clearTimeout(timer);
  expect({ code, signal }).toEqual({ code: 1, signal: null });
  expect(await told).toContain(`is in use by process ${first.pid}`);
  first.kill('SIGCONT');
  const [said] = (await once(first.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  expect(said.toString()).toContain('through');
});
