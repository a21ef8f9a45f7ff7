import { relative, resolve } from 'node:path';
import type { Backend, Transaction } from '../../src/port/backend.ts';
import { memoryBackend } from '../../src/port/memory-backend.ts';
import { MemoryDisk } from '../../src/port/memory-disk.ts';

/** What the code is told whose process has just died. */
export class Killed extends Error {}

const src = resolve(import.meta.dirname, '../../src');

/**
 * A store that is opened again after its process has died, which it does at the operation that it is told: at any read
 * or write, when a transaction is about to become durable, and when it has just become so.
 */
export class CrashingStore {
  /** How many operations there have been, and how often the process has died. */
  operations = 0;
  deaths = 0;
  /** Operations at which the process dies, ascending. */
  #planned: readonly number[];
  /** Where in the code there were operations, as file:line; only where it is asked for. */
  readonly #sites: Set<string> | undefined;
  readonly #disk = new MemoryDisk();
  #lives = 0;

  constructor(deaths: readonly number[], sites?: Set<string>) {
    this.#planned = deaths;
    this.#sites = sites;
  }

  open(): Backend {
    this.#lives += 1;
    const life = this.#lives;
    const inner = memoryBackend(this.#disk);
    const meet = (): void => this.#meet(life);
    return {
      transact: <R>(work: (txn: Transaction) => R): R => {
        meet();
        const result = inner.transact((txn) => {
          const done = work(met(txn, meet));
          meet();
          return done;
        });
        meet();
        return result;
      },
      get: (key) => {
        meet();
        return inner.get(key);
      },
      range: (from, to, options) => {
        meet();
        return each(inner.range(from, to, options), meet);
      },
      close: () => inner.close(),
    };
  }

  #meet(life: number): void {
    if (life !== this.#lives) throw new Killed('this process is dead');
    this.operations += 1;
    if (this.#sites !== undefined) this.#note(this.#sites);
    if (this.#planned[0] !== this.operations) return;
    this.#planned = this.#planned.slice(1);
    this.deaths += 1;
    this.#lives += 1;
    throw new Killed(`killed at operation ${this.operations}`);
  }

  /** The places in src/ on the way here: the operation is in the first of them, and those that called it. */
  #note(sites: Set<string>): void {
    for (const [, file, line] of (new Error().stack ?? '').matchAll(/(?:file:\/\/)?(\/[^():]+):(\d+):\d+\)?$/gm)) {
      if (file?.startsWith(`${src}/`)) sites.add(`${relative(src, file)}:${line}`);
    }
  }
}

function met(txn: Transaction, meet: () => void): Transaction {
  return {
    get: (key) => {
      meet();
      return txn.get(key);
    },
    range: (from, to) => each(txn.range(from, to), meet),
    put: (key, value) => {
      meet();
      txn.put(key, value);
    },
    delete: (key) => {
      meet();
      txn.delete(key);
    },
    deleteRange: (from, to) => {
      meet();
      return txn.deleteRange(from, to);
    },
  };
}

function* each<T>(pairs: Iterable<T>, meet: () => void): Iterable<T> {
  for (const pair of pairs) {
    meet();
    yield pair;
  }
}
