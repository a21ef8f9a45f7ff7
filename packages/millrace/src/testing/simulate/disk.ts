import { errors } from '../../error.ts';
import type { Backend, Transaction } from '../../port/backend.ts';
import { memoryBackend } from '../../port/memory-backend.ts';
import { MemoryDisk } from '../../port/memory-disk.ts';
import type { Timeline } from './timeline.ts';
import type { Fortune } from './fortune.ts';
import { Killed, type Life } from './life.ts';

/** How long a full disk stays full, and a transaction may take, in ms. */
const FULL_MS_MAX = 20_000;
const SLOW_MS_MAX = 5_000;
/** A transaction on a disk that is full already gets as far as so many writes. */
const WRITES_MAX = 10;

/**
 * A disk that outlives the processes that use it. What it keeps of a transaction is all or nothing, as the
 * contract of a backend says; what becomes of the process meanwhile is up to fortune.
 */
export class SimulatedDisk {
  /** How many operations there have been. */
  operations = 0;
  readonly #disk: MemoryDisk = new MemoryDisk();
  readonly #fortune: Fortune;
  readonly #timeline: Timeline;
  /** Until when there is no room. */
  #fullUntil = 0;
  /** How far the transaction gets while there is none. */
  #writesLeft = 0;

  constructor(timeline: Timeline, fortune: Fortune) {
    this.#timeline = timeline;
    this.#fortune = fortune;
  }

  /** The store as a process opens it. `isRecovering`: whether it has not begun its work yet. */
  open(life: Life, isRecovering: () => boolean): Backend {
    const inner = memoryBackend(this.#disk);
    /** Why nothing more is committed by this process. */
    let failure: Error | undefined;
    const meet = (): void => {
      if (!life.isAlive) throw new Killed();
      this.operations += 1;
      if (this.#fortune.strikes(isRecovering() ? 'kill in recovery' : 'kill at a write')) this.#kill(life);
    };
    const transact = <R>(work: (txn: Transaction) => R): R => {
      meet();
      if (failure !== undefined) throw failure;
      if (this.#fortune.strikes('slow disk')) this.#timeline.pass(this.#fortune.amount('slow disk', 1, SLOW_MS_MAX));
      if (this.#isFull) this.#writesLeft = this.#fortune.amount('disk full', 0, WRITES_MAX);
      const result = inner.transact((txn) => {
        const done = work(met(txn, meet, () => this.#write(false)));
        this.#write(true);
        if (this.#fortune.strikes('sync failed')) throw (failure = syncFailed());
        return done;
      });
      if (this.#fortune.strikes('kill after a commit')) this.#kill(life);
      if (this.#fortune.strikes('sync unknown')) throw (failure = syncFailed());
      return result;
    };
    return {
      transact,
      get: (key) => {
        meet();
        return inner.get(key);
      },
      *range(from, to, options) {
        for (const pair of inner.range(from, to, options)) {
          meet();
          yield pair;
        }
      },
      close: () => inner.close(),
    };
  }

  get #isFull(): boolean {
    return this.#timeline.now < this.#fullUntil;
  }

  /** STORE_FULL where there is no room for what a transaction writes; `isLast`: for its root. */
  #write(isLast: boolean): void {
    if (!this.#isFull) {
      if (!this.#fortune.strikes('disk full')) return;
      this.#fullUntil = this.#timeline.now + this.#fortune.amount('disk full', 1, FULL_MS_MAX);
      this.#writesLeft = 0;
    }
    if (isLast || this.#writesLeft === 0) throw errors.STORE_FULL({ path: 'a simulated disk', reason: 'no room' });
    this.#writesLeft -= 1;
  }

  #kill(life: Life): never {
    life.kill();
    throw new Killed();
  }
}

/** A transaction whose every operation is an occasion for fortune. */
function met(txn: Transaction, meet: () => void, write: () => void): Transaction {
  return {
    get: (key) => {
      meet();
      return txn.get(key);
    },
    *range(from, to) {
      for (const pair of txn.range(from, to)) {
        meet();
        yield pair;
      }
    },
    put: (key, value) => {
      meet();
      write();
      txn.put(key, value);
    },
    delete: (key) => {
      meet();
      write();
      txn.delete(key);
    },
    deleteRange: (from, to) => {
      meet();
      write();
      return txn.deleteRange(from, to);
    },
  };
}

const syncFailed = (): Error => errors.STORE_NOT_WRITABLE({ path: 'a simulated disk', reason: 'EIO: i/o error, fdatasync' });
