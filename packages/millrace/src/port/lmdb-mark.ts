import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errors } from '../error.ts';

/*
 * A file beside LMDB's that says that something was committed here. LMDB takes a file that is gone or
 * empty for a new store; with the mark it is a store that has lost its data.
 */
const NAME = 'has-data';
const TEXT = 'The store in this folder has data. Millrace does not start it empty.\n';

/** After the first commit. */
export function mark(folder: string): void {
  const file = join(folder, NAME);
  if (!existsSync(file)) writeFileSync(file, TEXT);
}

/** Whether something was committed here. */
export const hasMark = (folder: string): boolean => existsSync(join(folder, NAME));

/** STORE_DAMAGED where there is a mark and no data. */
export function checkMark(folder: string): void {
  if (!hasMark(folder)) return;
  const file = join(folder, 'data.mdb');
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined || size === 0) throw errors.STORE_DAMAGED({ path: folder, reason: `${file} is ${size === 0 ? 'empty' : 'gone'}, and something was committed to it` });
}

/*
 * Another file that says that the last commit failed. LMDB then may leave the new root in the beginning that it
 * would have been written to, with the old number: else that is damage, by which a commit would be lost.
 */
const FAILED = 'commit-failed';
const FAILED_TEXT = 'The last commit to the store in this folder failed. The next one that does not removes this file.\n';

export const hasFailed = (folder: string): boolean => existsSync(join(folder, FAILED));

/** As far as the disk still takes it. */
export function markFailed(folder: string): void {
  try {
    writeFileSync(join(folder, FAILED), FAILED_TEXT);
  } catch {
    // What made the commit fail is what is told.
  }
}

/** A commit has written over what the failed one left. */
export function unmarkFailed(folder: string): void {
  rmSync(join(folder, FAILED), { force: true });
}
