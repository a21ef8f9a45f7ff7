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
      const result = inner.transact((txn) => {
        const done = work(met(txn, meet));
        this.#makeRoom();
        if (this.#timeline.now < this.#fullUntil) throw errors.STORE_FULL({ path: 'a simulated disk', reason: 'no room' });
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

  #makeRoom(): void {
    if (this.#timeline.now >= this.#fullUntil && this.#fortune.strikes('disk full')) this.#fullUntil = this.#timeline.now + this.#fortune.amount('disk full', 1, FULL_MS_MAX);
  }

  #kill(life: Life): never {
    life.kill();
    throw new Killed();
  }
}

/** A transaction whose every operation is an occasion for fortune. */
function met(txn: Transaction, meet: () => void): Transaction {
  return {
    get: (key) => {
      meet();
      return txn.get(key);
    },
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

const syncFailed = (): Error => errors.STORE_NOT_WRITABLE({ path: 'a simulated disk', reason: 'EIO: i/o error, fdatasync' });
