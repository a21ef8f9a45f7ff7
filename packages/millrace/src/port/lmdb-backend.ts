import { checkText } from '../argument.ts';
import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ABORT, open } from 'lmdb';
import { assert } from '../assert.ts';
import { errors, MillraceError } from '../error.ts';
import { checkedKey, type Backend, type Pair, type RangeOptions, type Transaction } from './backend.ts';
import { checkBeginning, checkPages } from './lmdb-check.ts';
import { checkMark, hasFailed, mark, markFailed, unmarkFailed } from './lmdb-mark.ts';
import { CommitGate, whileOpening } from './lmdb-gate.ts';
import { holderOf, otherHolderOf, refuseHeld } from './lmdb-holder.ts';
import { makeFolder } from './folder.ts';
import { attempt } from './lmdb-error.ts';
import { beginWriting, isWrittenHere } from './lmdb-reading.ts';
import { checkFree, checkRoom, makeStore, syncPath } from './lmdb-new.ts';
import { type Database, LmdbTransaction, plain, read } from './lmdb-transaction.ts';
import { SyncWitness } from './lmdb-witness.ts';

/** What a range reads ahead: enough to pay for finding its place in the tree, little to keep in memory. */
const READ_AHEAD_PAIRS = 256;
const READ_AHEAD_BYTES = 1_048_576;
/** After a write for which there was no room, there has to be so much. */
const AGAIN_BYTES = 4 * 1_048_576;

/**
 * A durable store in a folder, which is created when it is not there.
 *
 * One process at a time: a second one gets STORE_IN_USE (see lmdb-holder.ts).
 * The memory map grows by itself, so a store is full only when its disk is.
 */
export function lmdbBackend(path: string): Backend {
  checkText('lmdbBackend(path)', path, 'the path of a folder');
  const folder = resolve(path);
  return attempt(folder, () => {
    const firstMade = makeFolder(folder);
    const file = join(folder, 'data.mdb');
    checkBeginning(folder, file);
    checkMark(folder);
    makeStore(folder);
    refuseHeld(folder, isWrittenHere(folder) ? process.pid : otherHolderOf(folder));
    const database = opened(folder);
    try {
      checkPages(folder, file);
      syncFolders(folder, firstMade === undefined ? folder : dirname(firstMade));
    } catch (error) {
      void database.close();
      throw error;
    }
    return new LmdbBackend(folder, database);
  });
}

/** STORE_IN_USE where another process has it. */
function opened(folder: string): Database {
  return whileOpening(folder, () => {
    const database: Database = open({
      path: folder,
      noSubdir: false, // else a folder with a dot in its name is taken for a file
      encoding: 'binary',
      keyEncoding: 'binary',
      noMemInit: true,
      overlappingSync: false, // else something is left to sync in the background when it is closed
    });
    const holder = holderOf(database, folder);
    if (holder === undefined) return database;
    void database.close();
    throw errors.STORE_IN_USE({ path: folder, pid: holder });
  });
}

/** Makes the names of new files and folders durable too, from `folder` up to `last`. */
function syncFolders(folder: string, last: string): void {
  syncPath(folder);
  if (folder !== last) syncFolders(dirname(folder), last);
}

class LmdbBackend implements Backend {
  readonly #path: string;
  #database: Database;
  /** It has failed, and is opened anew before it is used again. */
  #isStale = false;
  readonly #file: string;
  readonly #inode: number;
  readonly #witness: SyncWitness;
  readonly #gate: CommitGate;
  readonly #endWriting: () => void;
  #closed = false;
  #marked = false;
  /** Whether the last commit failed, also one before it was opened. */
  #hasFailed: boolean;
  #transacting = false;
  #failure: unknown;
  /** Counts the changes, so that a range knows when what it read ahead is out of date. */
  #version = 0;

  constructor(path: string, database: Database) {
    this.#path = path;
    this.#database = database;
    this.#file = join(path, 'data.mdb');
    this.#inode = statSync(this.#file).ino;
    this.#witness = new SyncWitness(this.#file);
    this.#gate = new CommitGate(path);
    this.#hasFailed = hasFailed(path);
    this.#endWriting = beginWriting(path);
  }

  transact<R>(work: (txn: Transaction) => R): R {
    this.#assertUsable();
    if (this.#failure !== undefined) throw this.#failure;
    this.#assertInPlace();
    attempt(this.#path, () => checkFree(this.#path));
    // Once more only where there is room indeed.
    if (this.#isStale) attempt(this.#path, () => checkRoom(this.#path, AGAIN_BYTES));
    attempt(this.#path, () => this.#gate.enter());
    try {
      return this.#transact(work);
    } finally {
      this.#gate.leave();
    }
  }

  #transact<R>(work: (txn: Transaction) => R): R {
    this.#renew();
    const txn = new LmdbTransaction(this.#path, this.#database);
    // What `work` returns or throws goes round lmdb, which would await a promise.
    const outcome: { result?: R; failure?: { error: unknown } } = {};
    this.#transacting = true;
    try {
      attempt(this.#path, () =>
        this.#database.transactionSync(() => {
          try {
            outcome.result = work(txn);
            return undefined;
          } catch (error) {
            outcome.failure = { error };
            return ABORT;
          }
        }),
      );
    } catch (error) {
      this.#hasFailed = true;
      markFailed(this.#path);
      const failure = this.#unlessNotSynced(error);
      if (isFull(failure)) this.#isStale = true;
      else this.#failure = failure;
      throw failure;
    } finally {
      txn.end();
      this.#transacting = false;
      this.#version += 1;
    }
    if (outcome.failure !== undefined) throw outcome.failure.error;
    if (!this.#marked) mark(this.#path);
    this.#marked = true;
    if (this.#hasFailed) unmarkFailed(this.#path);
    this.#hasFailed = false;
    return outcome.result as R;
  }

  /** What a commit failed with; where it seems to be for want of room, and a sync has failed, that. */
  #unlessNotSynced(error: unknown): unknown {
    const notSynced = isFull(error) ? this.#witness.failure() : undefined;
    return notSynced === undefined ? error : errors.STORE_NOT_WRITABLE({ path: this.#path, reason: `a sync has failed: ${notSynced.message}` }, notSynced);
  }

  /** A file that was removed can still be written, and is gone with the process: nothing is committed to it. */
  #assertInPlace(): void {
    if (statSync(this.#file, { throwIfNoEntry: false })?.ino === this.#inode) return;
    this.#failure = errors.STORE_NOT_WRITABLE({ path: this.#path, reason: 'its file was removed or replaced while it was open' });
    throw this.#failure;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.#assertUsable();
    this.#renew();
    return read(this.#path, this.#database, key);
  }

  *range(from: Uint8Array, to: Uint8Array, options: RangeOptions = {}): Iterable<Pair> {
    let low: Uint8Array = plain(checkedKey(from)).slice();
    let high: Uint8Array = plain(checkedKey(to)).slice();
    let left = options.limit ?? Infinity;
    while (left > 0) {
      this.#assertUsable();
      this.#renew();
      const version = this.#version;
      const pairs = this.#readAhead(low, high, options.reverse === true, left);
      if (pairs.length === 0) return;
      for (const pair of pairs) {
        if (options.reverse === true) high = pair[0].slice();
        else low = after(pair[0]);
        left -= 1;
        yield pair;
        if (this.#version !== version) break;
      }
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#version += 1;
    this.#witness.close();
    this.#gate.close();
    void this.#database.close(); // nothing is written in the background, so it is closed on return
    this.#endWriting();
  }

  /** Copies the next pairs and lets go of the read transaction before any of them is handed out. */
  #readAhead(low: Uint8Array, high: Uint8Array, reverse: boolean, limit: number): Pair[] {
    const bounds = reverse
      ? { start: high, end: low, reverse: true, exclusiveStart: true, inclusiveEnd: true }
      : { start: low, end: high };
    const pairs: Pair[] = [];
    let bytes = 0;
    attempt(this.#path, () => {
      for (const { key, value } of this.#database.getRange({ ...bounds, limit: Math.min(limit, READ_AHEAD_PAIRS) })) {
        pairs.push([plain(key), plain(value)]);
        bytes += value.length;
        if (bytes >= READ_AHEAD_BYTES) break;
      }
    });
    return pairs;
  }

  /** What LMDB keeps in memory is not whole after a write that failed: used on, it would end the process. */
  #renew(): void {
    if (!this.#isStale) return;
    void this.#database.close(); // nothing is written in the background, so it is closed on return
    try {
      this.#database = attempt(this.#path, () => opened(this.#path));
    } catch (error) {
      if (error instanceof MillraceError && error.code === 'STORE_IN_USE') this.#failure = error;
      throw error;
    }
    this.#isStale = false;
    this.#version += 1;
  }

  #assertUsable(): void {
    if (this.#closed) throw errors.STORE_CLOSED({ path: this.#path });
    assert(!this.#transacting, () => 'the store was used beside its own open transaction');
  }
}

const isFull = (error: unknown): boolean => error instanceof MillraceError && error.code === 'STORE_FULL';

/** The smallest key after `key`. */
function after(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}
