import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import { errors } from '../error.ts';

/** More than LMDB writes when it makes a store. */
const ROOM_BYTES = 65_536;
const ROOM = '.room';
const DRAFT = '.millrace-new';
const DATA = 'data.mdb';

/**
 * Makes the file of a new store, where there is none: beside its place, and then whole and durable in it. LMDB would
 * write its first pages in place, and a loss of power there would leave a file that nobody can open.
 */
export function makeStore(folder: string): void {
  const file = join(folder, DATA);
  if (existsSync(file)) return;
  checkRoom(folder);
  const draft = join(folder, DRAFT);
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft);
  void open({ path: draft, noSubdir: false, overlappingSync: false }).close(); // closed on return: nothing is written
  syncPath(join(draft, DATA));
  put(join(draft, DATA), file);
  syncPath(folder);
  rmSync(draft, { recursive: true, force: true });
}

/** Where another process has made one meanwhile, that stays. */
function put(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (existsSync(to)) return;
    // Not every file system has links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    renameSync(from, to);
  }
}

/**
 * Whether a new store has room in a folder: LMDB ends the process with a signal where it cannot write the first
 * pages of one. What the disk says is thrown.
 */
export function checkRoom(folder: string, bytes: number = ROOM_BYTES): void {
  const path = join(folder, ROOM);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'w');
    for (let left = bytes; left > 0; ) left -= writeSync(descriptor, Buffer.alloc(left));
    fsyncSync(descriptor);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
    rmSync(path, { force: true });
  }
}

/**
 * A disk with less free than this is full. LMDB is not to find out: what it does about a write that fails may end the
 * process, because it writes what it says of it over the end of its memory.
 */
const FREE_BYTES_MIN = 16 * 1_048_576;

export function checkFree(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < FREE_BYTES_MIN) throw errors.STORE_FULL({ path: folder, reason: `its disk has ${bavail * bsize} bytes free, and needs ${FREE_BYTES_MIN}` });
}

/** Makes a file durable, or the names in a folder. */
export function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
