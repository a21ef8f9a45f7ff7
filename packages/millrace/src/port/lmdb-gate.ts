import { accessSync, closeSync, constants, existsSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { errors } from '../error.ts';
import { otherHolderOf } from './lmdb-holder.ts';

/*
 * Nobody opens a store while somebody else commits to it.
 *
 * Whoever opens LMDB's file, and be it for reading, tells all others in lock.mdb which transaction is the last one, as
 * it has read a moment before. A commit in between would be undone by the next one, which then begins at the older.
 *
 * So each says what it does before it looks what others do: who opens by a file `opening-<its process id>`, who
 * commits by its process id in the file `committing`. What the dead have left there holds nobody up.
 */
const OPENING = 'opening-';
const COMMITTING = 'committing';
const LOCK = 'lock.mdb';
/** Who stands still while it opens, as a process that was stopped does, is waited for so long. */
const OPENING_MS_MAX = 5_000;
/** A commit that takes longer is one that stands still. */
const COMMITTING_MS_MAX = 60_000;
const PAUSE_MS = 1;

/** Does what opens the store in a folder. STORE_IN_USE where a process stands still in the middle of a commit. */
export function whileOpening<R>(folder: string, open: () => R): R {
  if (mayTellNobody(folder)) return open();
  const file = join(folder, `${OPENING}${process.pid}`);
  try {
    do {
      writeFileSync(file, '');
      awaitCommit(folder);
    } while (!existsSync(file)); // it took so long that nobody waits for it any more
    return open();
  } finally {
    rmSync(file, { force: true });
  }
}

/** LMDB tells nothing to others either who may not write lock.mdb. */
const mayTellNobody = (folder: string): boolean => !mayWrite(folder) && !mayWrite(join(folder, LOCK));

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function awaitCommit(folder: string): void {
  const until = performance.now() + COMMITTING_MS_MAX;
  for (let pid = committing(folder); isThere(folder, pid); pid = committing(folder)) {
    if (performance.now() > until) throw errors.STORE_IN_USE({ path: folder, pid });
    pause();
  }
}

/** The process that says that it commits; 0: none. */
function committing(folder: string): number {
  try {
    const bytes = readFileSync(join(folder, COMMITTING));
    return bytes.length < Uint32Array.BYTES_PER_ELEMENT ? 0 : bytes.readUInt32LE();
  } catch {
    return 0;
  }
}

/** Only Linux tells who has a store open; elsewhere another process may have got the id of one that was killed. */
function isThere(folder: string, pid: number): boolean {
  if (pid === 0 || pid === process.pid) return false;
  return process.platform === 'linux' ? otherHolderOf(folder) === pid : isAlive(pid);
}

/** What the one process that writes a store says of its commits. */
export class CommitGate {
  readonly #folder: string;
  readonly #descriptor: number;

  constructor(folder: string) {
    this.#folder = folder;
    this.#descriptor = openSync(join(folder, COMMITTING), constants.O_RDWR | constants.O_CREAT, 0o664);
    this.#say(0);
  }

  /** Waits until nobody opens the store. */
  enter(): void {
    const until = performance.now() + OPENING_MS_MAX;
    for (;;) {
      this.#say(process.pid);
      const openers = openersOf(this.#folder);
      if (openers.length === 0) return;
      this.leave();
      if (performance.now() > until) for (const pid of openers) forgetOpener(this.#folder, pid);
      else pause();
    }
  }

  /** Where it cannot be said, who opens waits in vain, and says for whom. */
  leave(): void {
    try {
      this.#say(0);
    } catch {
      // What the commit came to is what is told.
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #say(pid: number): void {
    writeSync(this.#descriptor, Uint32Array.of(pid), 0, Uint32Array.BYTES_PER_ELEMENT, 0);
  }
}

function openersOf(folder: string): readonly number[] {
  const openers: number[] = [];
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(OPENING)) continue;
    const pid = Number(name.slice(OPENING.length));
    if (pid === process.pid) continue;
    if (isAlive(pid)) openers.push(pid);
    else forgetOpener(folder, pid);
  }
  return openers;
}

const forgetOpener = (folder: string, pid: number): void => rmSync(join(folder, `${OPENING}${pid}`), { force: true });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const cell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Without the event loop: a commit is one step of the program. */
function pause(): void {
  Atomics.wait(cell, 0, 0, PAUSE_MS);
}
