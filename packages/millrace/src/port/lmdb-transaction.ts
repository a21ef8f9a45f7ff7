import type { RootDatabase } from 'lmdb';
import { assert } from '../assert.ts';
import { checkedKey, type Pair, type Transaction } from './backend.ts';
import { attempt } from './lmdb-error.ts';

export type Database = RootDatabase<Uint8Array, Uint8Array>;

/** How many keys are read before they are deleted. */
const DELETED_AT_ONCE = 256;

export class LmdbTransaction implements Transaction {
  readonly #path: string;
  readonly #database: Database;
  #over = false;

  constructor(path: string, database: Database) {
    this.#path = path;
    this.#database = database;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.#assertOpen();
    return read(this.#path, this.#database, key);
  }

  *range(from: Uint8Array, to: Uint8Array): Iterable<Pair> {
    this.#assertOpen();
    const bounds = { start: checkedKey(from), end: checkedKey(to) };
    for (const { key, value } of attempt(this.#path, () => this.#database.getRange(bounds))) yield [plain(key), plain(value)];
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#assertOpen();
    attempt(this.#path, () => this.#database.putSync(checkedKey(key), value));
  }

  delete(key: Uint8Array): void {
    this.#assertOpen();
    attempt(this.#path, () => this.#database.removeSync(checkedKey(key)));
  }

  deleteRange(from: Uint8Array, to: Uint8Array): number {
    this.#assertOpen();
    const bounds = { start: checkedKey(from), end: checkedKey(to), values: false, limit: DELETED_AT_ONCE };
    return attempt(this.#path, () => {
      for (let deleted = 0; ; ) {
        const keys = [...this.#database.getKeys(bounds)];
        if (keys.length === 0) return deleted;
        for (const key of keys) this.#database.removeSync(key);
        deleted += keys.length;
      }
    });
  }

  end(): void {
    this.#over = true;
  }

  /** Outside its transaction lmdb would write later, in the background. */
  #assertOpen(): void {
    assert(!this.#over, () => 'a transaction was used after it had ended');
  }
}

export function read(path: string, database: Database, key: Uint8Array): Uint8Array | undefined {
  const value = attempt(path, () => database.getBinary(checkedKey(key)));
  return value === undefined ? undefined : plain(value);
}

/** lmdb gives Buffers, whose `slice` would share memory where that of a Uint8Array copies. */
export function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
