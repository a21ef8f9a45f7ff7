import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { open } from 'lmdb';
import { errors } from '../error.ts';
import { checkBeginning, flawText } from './lmdb-check.ts';
import { attempt } from './lmdb-error.ts';
import { LmdbFile, type LmdbMeta } from './lmdb-file.ts';
import { checkMark, hasMark } from './lmdb-mark.ts';
import { whileOpening } from './lmdb-gate.ts';
import { announceReading, isWrittenHere } from './lmdb-reading.ts';
import { type Walk, type WalkCounts, walkPages } from './lmdb-walk.ts';

/**
 * Reads a store as of one commit, also while a program writes it, and whatever is damaged.
 *
 * LMDB is asked for one thing: a row in its table of readers, which keeps the pages of that commit from being
 * written anew. The pages themselves are read from the file, so no damage can end this process. A program that
 * starts meanwhile is not kept from it: this is said to be a reader (see lmdb-reading.ts).
 */
export class StoreReader {
  /** The file that is read. */
  readonly file: string;
  /** Of the whole file, in bytes. */
  readonly sizeBytes: number;
  /** LMDB's number for the commit that is read. */
  readonly transaction: number;
  readonly #opened: LmdbFile;
  readonly #meta: LmdbMeta;
  readonly #release: () => void;

  private constructor(file: string, opened: LmdbFile, meta: LmdbMeta, release: () => void) {
    this.file = file;
    this.sizeBytes = opened.size;
    this.transaction = meta.transaction;
    this.#opened = opened;
    this.#meta = meta;
    this.#release = release;
  }

  /** NO_STORE where there is none, STORE_DAMAGED where its file has no beginning that could be read. */
  static open(path: string): StoreReader {
    const folder = resolve(path);
    const file = join(folder, 'data.mdb');
    return attempt(folder, () => {
      checkStore(path);
      // Who writes the store here reads it in one step, in which nothing is committed.
      return isWrittenHere(folder) ? StoreReader.#read(folder, file, () => undefined) : whileOpening(folder, () => StoreReader.#pinned(folder, file));
    });
  }

  static #pinned(folder: string, file: string): StoreReader {
    checkBeginning(folder, file);
    const release = pin(folder);
    try {
      return StoreReader.#read(folder, file, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  static #read(folder: string, file: string, release: () => void): StoreReader {
    const opened = new LmdbFile(file);
    try {
      const meta = opened.newest();
      if ('what' in meta) throw errors.STORE_DAMAGED({ path: folder, reason: `${file}: ${flawText(meta)}` });
      return new StoreReader(file, opened, meta, release);
    } catch (error) {
      opened.close();
      throw error;
    }
  }

  /** Whether nobody has said that anything was ever committed here. */
  get isUnmarked(): boolean {
    return !hasMark(dirname(this.file));
  }

  walk(walk: Walk): WalkCounts {
    return walkPages(this.#opened, this.#meta, walk);
  }

  close(): void {
    this.#opened.close();
    this.#release();
  }
}

/** NO_STORE where nothing is that could be a store; STORE_DAMAGED where one was. */
export function checkStore(path: string): void {
  const folder = resolve(path);
  const file = join(folder, 'data.mdb');
  if (!existsSync(folder)) throw errors.NO_STORE({ path: folder, reason: 'there is no such folder' });
  if (!statSync(folder).isDirectory()) throw errors.NO_STORE({ path: folder, reason: 'it is not a folder' });
  checkMark(folder);
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw errors.NO_STORE({ path: folder, reason: 'it has no data.mdb' });
  if (size === 0) throw errors.NO_STORE({ path: folder, reason: 'its data.mdb is empty' });
}

/** Keeps what is committed now from being overwritten; nothing of the data is read for it. */
function pin(folder: string): () => void {
  const forget = announceReading(folder);
  try {
    const database = open({ path: folder, readOnly: true, noSubdir: false, encoding: 'binary', keyEncoding: 'binary' });
    const transaction = database.useReadTransaction();
    return () => {
      transaction.done();
      void database.close();
      forget();
    };
  } catch (error) {
    forget();
    throw error;
  }
}
