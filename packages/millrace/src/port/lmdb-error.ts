import { statSync, statfsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { errors, MillraceError } from '../error.ts';

/** LMDB's own codes, from lmdb.h. */
const PAGE_NOT_FOUND = -30_797;
const CORRUPTED = -30_796;
const VERSION_MISMATCH = -30_794;
const INVALID = -30_793;
const MAP_FULL = -30_792;

const { EIO, ENOSPC, EDQUOT, EFBIG } = constants.errno;
const FULL: ReadonlySet<unknown> = new Set([MAP_FULL, ENOSPC, EDQUOT, EFBIG, 'ENOSPC', 'EDQUOT', 'EFBIG']);
/** A disk with less free than this is taken for the cause of a write that came out short. */
const FREE_BYTES_MIN = 1_048_576;
const DAMAGED: ReadonlySet<unknown> = new Set([PAGE_NOT_FOUND, CORRUPTED, VERSION_MISMATCH, INVALID]);

/**
 * Does `action`, and turns what Node's file system or LMDB throws into the catalogued error. Node names
 * its codes, LMDB numbers them. A code that is none of the known ones means that the store could not be
 * used, so it is STORE_NOT_WRITABLE with their own words: above all EIO after a failed sync.
 */
export function attempt<R>(path: string, action: () => R): R {
  try {
    return action();
  } catch (error) {
    throw storeError(path, error);
  }
}

function storeError(path: string, thrown: unknown): unknown {
  if (thrown instanceof MillraceError || !(thrown instanceof Error) || !('code' in thrown)) return thrown;
  const facts = { path, reason: thrown.message };
  if (FULL.has(thrown.code)) return full(path, thrown.message, thrown);
  if (isShortWrite(path, thrown.code)) return full(path, 'a write came out short', thrown);
  if (DAMAGED.has(thrown.code)) return errors.STORE_DAMAGED(facts, thrown);
  return errors.STORE_NOT_WRITABLE(facts, thrown);
}

/** With what is known of the place: it may be the disk, a quota, or the greatest length of a file. */
function full(path: string, what: string, cause: Error): MillraceError {
  return errors.STORE_FULL({ path, reason: `${what}${placeOf(path)}` }, cause);
}

function placeOf(folder: string): string {
  const file = join(folder, 'data.mdb');
  const { size } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return size === undefined ? '' : `; ${file} has ${size} bytes, and its disk ${freeBytes(folder)} free`;
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

/** A disk that becomes full writes a part, which LMDB calls EIO: the same as a failed sync. */
function isShortWrite(path: string, code: unknown): boolean {
  return code === EIO && freeBytes(path) < FREE_BYTES_MIN;
}
