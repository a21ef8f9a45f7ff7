import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RootDatabase } from 'lmdb';
import { errors } from '../error.ts';
import { forgetReading, onlyReads } from './lmdb-reading.ts';

/*
 * One process at a time, kept by LMDB's own table of readers.
 *
 * Whoever reads gets a row in lock.mdb with its process id, and holds a kernel lock on it that ends
 * with the process, however it ends: kill -9 leaves nothing behind, and a process id that is used
 * again fools nobody. A backend takes its row when it opens and keeps it until it closes, so a second
 * row means a second holder, or one that only reads and has said so. When two open at the same instant each may see the other, and both give up.
 *
 * It does not work where kernel locks do not reach: network file systems, or a shared disk on two
 * machines. There the epoch in the store's meta still refuses the commits of the older task.
 */

export function refuseHeld(path: string, holder: number | undefined): void {
  if (holder !== undefined) throw errors.STORE_IN_USE({ path, pid: holder });
}

/** Takes this process's row, and gives the process that has one already. */
export function holderOf(database: RootDatabase<Uint8Array, Uint8Array>, folder: string): number | undefined {
  forgetReading(folder);
  database.useReadTransaction().done(); // reads nothing: what is damaged has not been looked for yet
  const holders = readersOf(database.readerList()).filter((pid) => !onlyReads(folder, pid));
  if (holders.length < 2) return undefined;
  return holders.find((pid) => pid !== process.pid) ?? process.pid;
}

/**
 * Another process that has the store, found without LMDB: to open a store waits for the commit that is being made, and
 * whoever makes it may stand still. The kernel lock on its row lies at the byte of its process id; only Linux tells.
 */
export function otherHolderOf(folder: string): number | undefined {
  const file = statSync(join(folder, 'lock.mdb'), { throwIfNoEntry: false, bigint: true });
  if (file === undefined) return undefined;
  const place = `${hex(majorOf(file.dev))}:${hex(minorOf(file.dev))}:${file.ino}`;
  for (const line of kernelLocks()) {
    const [, pid, where, start] = /^\d+: POSIX +ADVISORY +WRITE +(\d+) (\S+) (\d+) /.exec(line) ?? [];
    if (where === place && pid === start && Number(pid) !== process.pid && !onlyReads(folder, Number(pid))) return Number(pid);
  }
  return undefined;
}

function kernelLocks(): readonly string[] {
  try {
    return readFileSync('/proc/locks', 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** As Linux puts the two parts of a device's number together. */
const majorOf = (device: bigint): bigint => ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
const minorOf = (device: bigint): bigint => (device & 0xffn) | ((device >> 12n) & ~0xffn);
const hex = (number: bigint): string => number.toString(16).padStart(2, '0');

/** The process ids in the first column of the table, whose first line is its heading. */
function readersOf(table: string): number[] {
  return Array.from(table.matchAll(/^\s*(\d+)\s/gm), (row) => Number(row[1]));
}
