import { errors } from '../../src/error.ts';
import type { Backend, Transaction } from '../../src/port/backend.ts';
import { memoryBackend } from '../../src/port/memory-backend.ts';

/**
 * A store that is full at the operation it is told, and at the next attempts: of each the transaction fails at a
 * place of its own, so that a commit that is tried again is cut everywhere.
 *
 * An operation is what a transaction writes, and that it is about to become durable.
 */
export class FillingStore {
  /** How many operations there have been, and how many transactions were refused. */
  operations = 0;
  refusals = 0;
  readonly backend: Backend;
  readonly #fullAt: number;
  #left: number;
  /** Of this transaction. */
  #met = 0;

  /** `fullAt`: the operation at which it is full, from 1; 0: never. `tries`: so many transactions are refused. */
  constructor(fullAt: number, tries: number) {
    this.#fullAt = fullAt;
    this.#left = tries;
    const inner = memoryBackend();
    const meet = (): void => this.#meet();
    this.backend = {
      transact: <R>(work: (txn: Transaction) => R): R => {
        this.#met = 0;
        return inner.transact((txn) => {
          const done = work(met(txn, meet));
          this.#meet(true);
          return done;
        });
      },
      get: (key) => inner.get(key),
      range: (from, to, options) => inner.range(from, to, options),
      close: () => inner.close(),
    };
  }

  #meet(isLast = false): void {
    this.operations += 1;
    this.#met += 1;
    if (this.#fullAt === 0 || this.#left === 0 || this.operations < this.#fullAt) return;
    // The first attempt fails where it is told, each later one an operation further on than the one before.
    if (this.#met < this.refusals && !isLast) return;
    this.#left -= 1;
    this.refusals += 1;
    throw errors.STORE_FULL({ path: 'a store', reason: `no room at operation ${this.operations}` });
  }
}

function met(txn: Transaction, meet: () => void): Transaction {
  return {
    get: (key) => txn.get(key),
    range: (from, to) => txn.range(from, to),
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
