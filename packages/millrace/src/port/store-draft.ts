import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { errors } from '../error.ts';
import { makeFolder } from './folder.ts';
import { attempt } from './lmdb-error.ts';
import { mark } from './lmdb-mark.ts';
import { checkRoom, syncPath } from './lmdb-new.ts';

/** So much is written in one transaction: its pages are in memory until it ends. */
const BATCH_BYTES = 8 * 1_048_576;
/** Of a folder beside the place of the new store, or in it. */
const BESIDE = '.millrace-draft';
const DATA = 'data.mdb';
const LOCK = 'lock.mdb';

/**
 * A store that is written where nobody looks, and then is in its place at once.
 *
 * Killed before that, it leaves a folder that the next draft for the same place removes; killed after it, the
 * store is there whole. Keys come in their order, so that pages become full.
 */
export class StoreDraft {
  /** Where it is written. */
  readonly path: string;
  readonly #target: string;
  readonly #database: RootDatabase<Uint8Array, Uint8Array>;
  #batch: (readonly [key: Uint8Array, value: Uint8Array])[] = [];
  #batchBytes = 0;

  private constructor(path: string, target: string) {
    this.path = path;
    this.#target = target;
    this.#database = attempt(target, () => {
      rmSync(path, { recursive: true, force: true });
      makeFolder(path);
      checkRoom(path);
      return open({ path, noSubdir: false, encoding: 'binary', keyEncoding: 'binary', noMemInit: true, overlappingSync: false });
    });
  }

  /** For a place where nothing is yet, or an empty folder. NOT_EMPTY. */
  static at(target: string): StoreDraft {
    const folder = resolve(target);
    checkEmpty(folder);
    return new StoreDraft(join(dirname(folder), `.${basename(folder)}${BESIDE}`), folder);
  }

  /** In the folder of a store that it is to replace. */
  static within(store: string): StoreDraft {
    const folder = resolve(store);
    return new StoreDraft(join(folder, BESIDE), folder);
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#batch.push([key, value]);
    this.#batchBytes += key.length + value.length;
    if (this.#batchBytes >= BATCH_BYTES) this.#write();
  }

  /** Everything is in it: makes it durable. */
  finish(): void {
    this.#write();
    mark(this.path);
    this.#close();
    for (const name of readdirSync(this.path)) syncPath(join(this.path, name));
    syncPath(this.path);
  }

  /** Puts it in its place, where nothing is. */
  publish(): void {
    attempt(this.#target, () => {
      rmSync(join(this.path, LOCK), { force: true });
      checkEmpty(this.#target);
      renameSync(this.path, this.#target);
      syncPath(dirname(this.#target));
    });
  }

  /** Puts its data in the place of that of the store, in whose folder it is. */
  replace(): void {
    attempt(this.#target, () => {
      renameSync(join(this.path, DATA), join(this.#target, DATA));
      syncPath(this.#target);
      // What is in it is about the file that is gone.
      rmSync(join(this.#target, LOCK), { force: true });
      rmSync(this.path, { recursive: true, force: true });
    });
  }

  discard(): void {
    this.#close();
    rmSync(this.path, { recursive: true, force: true });
  }

  #write(): void {
    const batch = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    if (batch.length === 0) return;
    attempt(this.#target, () =>
      this.#database.transactionSync(() => {
        for (const [key, value] of batch) this.#database.putSync(key, value, { append: true });
      }),
    );
  }

  #close(): void {
    void this.#database.close(); // nothing is written in the background, so it is closed on return
  }
}

function checkEmpty(folder: string): void {
  if (!existsSync(folder)) return;
  const found = statSync(folder).isDirectory() ? readdirSync(folder) : ['a file'];
  if (found.length > 0) throw errors.NOT_EMPTY({ path: folder, found: found.toSorted().slice(0, 3).join(', ') });
}
