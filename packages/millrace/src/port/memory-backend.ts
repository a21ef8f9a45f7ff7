import { assert } from '../assert.ts';
import { errors } from '../error.ts';
import { checkedKey, type Backend, type Pair, type RangeOptions, type Transaction } from './backend.ts';
import { MemoryDisk } from './memory-disk.ts';

/**
 * A store that lives as long as its disk object: for tests, for the simulator, and for tasks that
 * need not survive their process.
 *
 * Opening the same disk again is the restart: close the backend for a clean one, or drop it for
 * a crash. Nothing keeps two backends off one disk, which is how tests make a zombie.
 */
export function memoryBackend(disk: MemoryDisk = new MemoryDisk()): Backend {
  return new MemoryBackend(disk);
}

class MemoryBackend implements Backend {
  readonly #disk: MemoryDisk;
  #closed = false;
  #transacting = false;

  constructor(disk: MemoryDisk) {
    this.#disk = disk;
  }

  transact<R>(work: (txn: Transaction) => R): R {
    this.#assertUsable();
    const txn = new MemoryTransaction(this.#disk);
    this.#transacting = true;
    try {
      return work(txn);
    } catch (error) {
      txn.undo();
      throw error;
    } finally {
      txn.end();
      this.#transacting = false;
    }
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.#assertUsable();
    return this.#disk.get(textOf(checkedKey(key)))?.slice();
  }

  *range(from: Uint8Array, to: Uint8Array, options: RangeOptions = {}): Iterable<Pair> {
    const first = textOf(checkedKey(from));
    const end = textOf(checkedKey(to));
    let left = options.limit ?? Infinity;
    // Each step looks its key up afresh, because anything may have been committed since the last one.
    for (let last: string | undefined; left > 0; left -= 1) {
      this.#assertUsable();
      const key = options.reverse === true ? this.#before(last ?? end) : this.#from(first, last);
      if (key === undefined || key < first || key >= end) return;
      yield [bytesOf(key), (this.#disk.get(key) as Uint8Array).slice()];
      last = key;
    }
  }

  close(): void {
    this.#closed = true;
  }

  #before(key: string): string | undefined {
    return this.#disk.keyAt(this.#disk.position(key) - 1);
  }

  #from(first: string, last: string | undefined): string | undefined {
    return this.#disk.keyAt(this.#disk.position(last === undefined ? first : `${last}\0`));
  }

  #assertUsable(): void {
    if (this.#closed) throw errors.STORE_CLOSED({ path: 'memory' });
    assert(!this.#transacting, () => 'the store was used beside its own open transaction');
  }
}

/** Changes the disk at once, and remembers what was there before. */
class MemoryTransaction implements Transaction {
  readonly #disk: MemoryDisk;
  readonly #before: [string, Uint8Array | undefined][] = [];
  #over = false;

  constructor(disk: MemoryDisk) {
    this.#disk = disk;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.#assertOpen();
    return this.#disk.get(textOf(checkedKey(key)))?.slice();
  }

  *range(from: Uint8Array, to: Uint8Array): Iterable<Pair> {
    this.#assertOpen();
    const end = textOf(checkedKey(to));
    for (let at = this.#disk.position(textOf(checkedKey(from))); ; at += 1) {
      const key = this.#disk.keyAt(at);
      if (key === undefined || key >= end) return;
      yield [bytesOf(key), (this.#disk.get(key) as Uint8Array).slice()];
    }
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#assertOpen();
    const text = textOf(checkedKey(key));
    this.#before.push([text, this.#disk.get(text)]);
    this.#disk.put(text, value.slice());
  }

  delete(key: Uint8Array): void {
    this.#assertOpen();
    const text = textOf(checkedKey(key));
    this.#before.push([text, this.#disk.get(text)]);
    this.#disk.delete(text);
  }

  deleteRange(from: Uint8Array, to: Uint8Array): number {
    this.#assertOpen();
    const deleted = this.#disk.deleteRange(textOf(checkedKey(from)), textOf(checkedKey(to)));
    for (const pair of deleted) this.#before.push(pair);
    return deleted.length;
  }

  undo(): void {
    for (const [key, value] of this.#before.reverse()) {
      if (value === undefined) this.#disk.delete(key);
      else this.#disk.put(key, value);
    }
  }

  end(): void {
    this.#over = true;
  }

  #assertOpen(): void {
    assert(!this.#over, () => 'a transaction was used after it had ended');
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}
