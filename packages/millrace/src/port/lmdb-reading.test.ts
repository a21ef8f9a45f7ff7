import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Backend } from './backend.ts';
import { lmdbBackend } from './lmdb-backend.ts';
import { StoreReader } from './store-reader.ts';

const KEY = Uint8Array.of(1);

let path: string;
const opened: Backend[] = [];
const children: ChildProcess[] = [];

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'millrace-reading-')), 'store');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const store of opened.splice(0)) store.close();
  rmSync(join(path, '..'), { recursive: true });
});

function open(): Backend {
  const store = lmdbBackend(path);
  opened.push(store);
  return store;
}

/** A process that does so with the store at `path`, once it says that it has. */
async function other(does: 'reads' | 'writes' | 'writes and reads'): Promise<ChildProcess> {
  const href = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href);
  const source = `
    import { StoreReader } from ${href('store-reader.ts')};
    import { lmdbBackend } from ${href('lmdb-backend.ts')};
    const path = ${JSON.stringify(path)};
    if (${does !== 'reads'}) lmdbBackend(path);
    if (${does !== 'writes'}) StoreReader.open(path);
    console.log('there');
    setInterval(() => {}, 1_000);
  `;
  const child = spawn(process.execPath, ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

function made(): void {
  const store = open();
  store.transact((txn) => txn.put(KEY, KEY));
  store.close();
}

test('a program starts while another process reads its store, and goes on writing', async () => {
  made();
  await other('reads');
  const store = open();
  store.transact((txn) => txn.put(KEY, Uint8Array.of(2)));
  expect(store.get(KEY)).toEqual(Uint8Array.of(2));
});

test('a reader that is killed keeps nobody out, and its file lets nobody in', async () => {
  made();
  const reader = await other('reads');
  reader.kill('SIGKILL');
  await once(reader, 'exit');
  expect(readdirSync(path)).toContain(`reader-${reader.pid}`);
  await other('writes');
  expect(open).toThrow(expect.objectContaining({ code: 'STORE_IN_USE' }));
});

test('a program that also reads its store is still a program', async () => {
  made();
  await other('writes and reads');
  expect(open).toThrow(expect.objectContaining({ code: 'STORE_IN_USE' }));
});

test('a program with the process id of a reader that was killed is a program', () => {
  made();
  writeFileSync(join(path, `reader-${process.pid}`), '');
  open();
  expect(open).toThrow(expect.objectContaining({ code: 'STORE_IN_USE' }));
  expect(readdirSync(path)).not.toContain(`reader-${process.pid}`);
});

test('a reader leaves nothing behind', () => {
  made();
  const before = readdirSync(path);
  const reader = StoreReader.open(path);
  expect(readdirSync(path)).toContain(`reader-${process.pid}`);
  reader.close();
  expect(readdirSync(path)).toEqual(before);
});
