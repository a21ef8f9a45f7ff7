import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { lmdbBackend } from './lmdb-backend.ts';

/* A disk of which the system says how much is free. */

const ENOUGH_BYTES = 16 * 1_048_576;
const BLOCK_BYTES = 4_096;
const disk = vi.hoisted(() => ({ freeBytes: Number.POSITIVE_INFINITY }));

vi.mock('node:fs', async (original) => ({
  ...(await original<object>()),
  statfsSync: () => ({ bavail: disk.freeBytes / BLOCK_BYTES, bsize: BLOCK_BYTES }),
}));

test('with less than 16 MB free it is full before LMDB finds out: nothing is committed, reads go on, and so do commits when there is room', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-room-'));
  const store = lmdbBackend(folder);
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  const key = Uint8Array.of(1);
  const put = (value: number): void => store.transact((txn) => txn.put(key, Uint8Array.of(value)));
  put(1);
  disk.freeBytes = ENOUGH_BYTES - BLOCK_BYTES;
  expect(() => put(2)).toThrow(expect.objectContaining({ code: 'STORE_FULL', message: expect.stringContaining(`has ${ENOUGH_BYTES - BLOCK_BYTES} bytes free, and needs ${ENOUGH_BYTES}`) }));
  expect(store.get(key)).toEqual(Uint8Array.of(1));
  disk.freeBytes = ENOUGH_BYTES;
  put(3);
  expect(store.get(key)).toEqual(Uint8Array.of(3));
});
