import { errors } from '../error.ts';
import type { Backend, Transaction } from '../port/backend.ts';
import type { Clock } from '../port/clock.ts';
import { currentEpoch } from '../store/meta.ts';
import { Fullness, isFull } from './fullness.ts';

/** Somebody with rows to make durable. */
export interface Writer {
  /** Takes what is waiting now, to be put and settled. */
  gather(): void;
  /** Puts what was gathered; asked twice, twice the same. Called inside the transaction. */
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
  /** Whether there is room: while the task waits for it, nobody else gets what there may be. */
  readonly fullness: Fullness;

  /** `say` tells people, in a line. */
  constructor(backend: Backend, clock: Clock, epoch: number, say?: (line: string) => void) {
    this.fullness = new Fullness(clock, say);
    this.#backend = backend;
    this.#clock = clock;
    this.#epoch = epoch;
  }

  join(writer: Writer): void {
    if (this.#waiting.size === 0) this.#clock.soon(() => this.flush());
    this.#waiting.add(writer);
  }

  /** Settles everything that is waiting, and what comes to wait through that. */
  drain(): void {
    while (this.#waiting.size > 0) this.flush();
  }

  flush(): void {
    const writers = this.#waiting;
    this.#waiting = new Set();
    if (writers.size === 0) return;
    for (const writer of writers) writer.gather();
    const failure = this.#put(writers);
    for (const writer of writers) {
      // What one writer has must not refuse what another one has: each is tried by itself.
      writer.settled(failure === undefined || writers.size === 1 ? failure : this.#put([writer]));
    }
  }

  #put(writers: Iterable<Writer>): unknown {
    const { failure } = this.fullness;
    if (failure !== undefined) return failure;
    try {
      this.transact((txn) => {
        for (const writer of writers) writer.put(txn);
      });
      return undefined;
    } catch (error) {
      if (isFull(error)) this.fullness.noticed();
      return error ?? new Error('the commit failed');
    }
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
