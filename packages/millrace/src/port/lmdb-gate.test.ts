import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { survey } from '../upkeep/survey.ts';
import { lmdbBackend } from './lmdb-backend.ts';
import { LmdbFile, type LmdbMeta } from './lmdb-file.ts';
import { StoreReader } from './store-reader.ts';

const straceMissing = process.env['CI'] !== 'true' && spawnSync('strace', ['-V']).status !== 0;
if (straceMissing) console.warn('strace is not installed: the test of readers that open slowly is skipped');

const KEY = Uint8Array.of(1);
const TIMEOUT_MS = 60_000;

let path: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'millrace-gate-')), 'store');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(join(path, '..'), { recursive: true });
});

/** A process with the store and its reader at hand; `before` stands before the name of the program. */
function does(body: string, before: readonly string[] = []): ChildProcess {
  const href = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href);
  const source = `
    import { StoreReader } from ${href('store-reader.ts')};
    import { lmdbBackend } from ${href('lmdb-backend.ts')};
    const path = ${JSON.stringify(path)};
    const number = (n) => Uint8Array.of(2, n >> 16, n >> 8, n);
    ${body}
  `;
  const [command = '', ...args] = [...before, process.execPath, '--conditions=millrace-source', '--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', source];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  return child;
}

const said = async (child: ChildProcess): Promise<string> => String((await once(child.stdout as NodeJS.ReadableStream, 'data'))[0]).trim();

function made(): void {
  const store = lmdbBackend(path);
  store.transact((txn) => txn.put(KEY, KEY));
  store.close();
}

// LMDB would let the commit that is made meanwhile be undone by the next one.
test.skipIf(straceMissing)('what is committed while another process opens the store stays', { timeout: TIMEOUT_MS }, async () => {
  made();
  const writer = does(`
    const store = lmdbBackend(path);
    let n = 0;
    setInterval(() => store.transact((txn) => txn.put(number(++n), number(n))), 5);
    process.on('SIGTERM', () => {
      store.close();
      console.log(n);
      process.exit();
    });
    console.log('there');
  `);
  await said(writer);
  const slowly = ['strace', '-f', '-qq', '-o', '/dev/null', '-P', join(path, 'data.mdb'), '-e', 'trace=pread64', '-e', 'inject=pread64:delay_exit=50000'];
  for (let i = 0; i < 3; i += 1) expect(await once(does('StoreReader.open(path).close();', slowly), 'exit')).toEqual([0, null]);
  writer.kill('SIGTERM');
  const committed = Number(await said(writer));
  expect(committed).toBeGreaterThan(10);
  const store = lmdbBackend(path);
  expect([...store.range(Uint8Array.of(2), Uint8Array.of(3))]).toHaveLength(committed);
  store.close();
  expect(survey(path).findings).toEqual(expect.not.arrayContaining([expect.objectContaining({ code: 'STORE_DAMAGED' })]));
});

test('who opens waits for the commit that is being made', { timeout: TIMEOUT_MS }, async () => {
  made();
  const writer = does(`
    import { writeSync } from 'node:fs';
    const store = lmdbBackend(path);
    store.transact((txn) => {
      writeSync(1, 'within');
      process.kill(process.pid, 'SIGSTOP');
      txn.put(number(1), number(1));
    });
    setInterval(() => {}, 1_000);
  `);
  await said(writer);
  const reader = does("const reader = StoreReader.open(path); console.log('open', reader.transaction);");
  await expect.poll(() => existsSync(join(path, `opening-${reader.pid}`)), { timeout: 20_000 }).toBe(true);
  const before = new LmdbFile(join(path, 'data.mdb'));
  const { transaction } = before.newest() as LmdbMeta;
  before.close();
  writer.kill('SIGCONT');
  expect(await said(reader)).toBe(`open ${transaction + 1}`);
});

test('a commit waits for who opens, and not for the dead', { timeout: TIMEOUT_MS }, async () => {
  const store = lmdbBackend(path);
  const opener = does(`
    import { rmSync } from 'node:fs';
    console.log('there');
    setTimeout(() => rmSync(path + '/opening-' + process.pid), 300);
    setTimeout(() => {}, 60_000);
  `);
  writeFileSync(join(path, `opening-${opener.pid}`), '');
  await said(opener);
  store.transact((txn) => txn.put(KEY, KEY));
  expect(readdirSync(path)).not.toContain(`opening-${opener.pid}`);
  opener.kill('SIGKILL');
  await once(opener, 'exit');
  writeFileSync(join(path, `opening-${opener.pid}`), '');
  store.transact((txn) => txn.put(KEY, KEY));
  expect(readdirSync(path)).not.toContain(`opening-${opener.pid}`);
  store.close();
});

test('one who stands still while it opens is not waited for without end', { timeout: TIMEOUT_MS }, () => {
  const store = lmdbBackend(path);
  const opener = does('setTimeout(() => {}, 60_000);');
  writeFileSync(join(path, `opening-${opener.pid}`), '');
  store.transact((txn) => txn.put(KEY, KEY));
  expect(store.get(KEY)).toEqual(KEY);
  store.close();
});

test('a program that was killed in the middle of a commit keeps nobody out', () => {
  made();
  const other = does('setTimeout(() => {}, 60_000);');
  writeFileSync(join(path, 'committing'), Uint32Array.of(other.pid as number));
  StoreReader.open(path).close();
  lmdbBackend(path).close();
});
