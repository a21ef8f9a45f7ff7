import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backend } from './backend.ts';
import { lmdbBackend } from './lmdb-backend.ts';
import { memoryBackend } from './memory-backend.ts';
import { MemoryDisk } from './memory-disk.ts';

/** A place that keeps what is stored in it while backends on it are opened and closed. */
export interface Place {
  open(): Backend;
  remove(): void;
}

/** Each kind of backend with a function that makes a new place for it: the suites run on all of them. */
export const PLACES: readonly [kind: string, newPlace: () => Place][] = [
  ['memory', memoryPlace],
  ['lmdb', lmdbPlace],
];

function memoryPlace(): Place {
  const disk = new MemoryDisk();
  return { open: () => memoryBackend(disk), remove: () => undefined };
}

function lmdbPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-backend-'));
  return {
    open: () => lmdbBackend(join(folder, 'store')),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
