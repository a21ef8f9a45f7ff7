import { errors } from '../error.ts';
import type { Backend, Transaction } from '../port/backend.ts';
import type { Clock } from '../port/clock.ts';
import { currentEpoch } from '../store/meta.ts';

/** Somebody with rows to make durable. */
export interface Writer {
  /** Puts what is waiting. Called inside the transaction; changes nothing outside it. */
  put(txn: Transaction): void;
  /** What was put is durable, or was refused as a whole. */
  settled(error: unknown): void;
}

/**
 * Makes what several writers have waiting durable in one transaction, as soon as the process has
 * taken in the work at hand: under load one sync serves many acknowledgements.
 */
export class GroupCommit {
  readonly #backend: Backend;
  readonly #clock: Clock;
  readonly #epoch: number;
  #waiting: Set<Writer> = new Set();

  constructor(backend: Backend, clock: Clock, epoch: number) {
    this.#backend = backend;
    this.#clock = clock;
    this.#epoch = epoch;
  }

  join(writer: Writer): void {
    if (this.#waiting.size === 0) this.#clock.soon(() => this.flush());
    this.#waiting.add(writer);
  }

  flush(): void {
    const writers = this.#waiting;
    this.#waiting = new Set();
    if (writers.size === 0) return;
    let failure: unknown;
    try {
      this.transact((txn) => {
        for (const writer of writers) writer.put(txn);
      });
    } catch (error) {
      failure = error ?? new Error('the commit failed');
    }
    for (const writer of writers) writer.settled(failure);
  }

  /** One transaction of the task that owns the store; FENCED if another has taken it over. */
  transact(work: (txn: Transaction) => void): void {
    this.#backend.transact((txn) => {
      const owner = currentEpoch(txn);
      if (owner !== this.#epoch) throw errors.FENCED({ epoch: this.#epoch, owner });
      work(txn);
    });
  }
}
