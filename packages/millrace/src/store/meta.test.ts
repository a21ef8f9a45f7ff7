import { expect, test } from 'vitest';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { META, key } from './key.ts';
import { type Meta, currentEpoch, putMeta, readMeta, takeEpoch } from './meta.ts';

const meta: Meta = { format: 1, pipeline: 'p', commit: 3, sources: {}, states: {}, sinks: {}, logs: { bad: 0 } };

test('a new store has no meta, and then the last one that was put', () => {
  const backend = memoryBackend();
  expect(readMeta(backend)).toBeUndefined();
  backend.transact((txn) => putMeta(txn, meta));
  backend.transact((txn) => putMeta(txn, { ...meta, commit: 4 }));
  expect(readMeta(backend)).toEqual({ ...meta, commit: 4 });
});

test('each opening takes the next epoch, also after a restart', () => {
  const disk = new MemoryDisk();
  expect([takeEpoch(memoryBackend(disk)), takeEpoch(memoryBackend(disk))]).toEqual([1, 2]);
  expect(memoryBackend(disk).transact(currentEpoch)).toBe(2);
});

test('meta that is damaged is an error, never a store without meta', () => {
  const backend = memoryBackend();
  backend.transact((txn) => putMeta(txn, meta));
  const bytes = backend.get(key(META, 0, 0)) as Uint8Array;
  bytes[40] = (bytes[40] as number) ^ 1;
  backend.transact((txn) => txn.put(key(META, 0, 0), bytes));
  expect(() => readMeta(backend)).toThrow(expect.objectContaining({ code: 'CORRUPT_BLOCK', message: expect.stringContaining('the meta block') }));
});
