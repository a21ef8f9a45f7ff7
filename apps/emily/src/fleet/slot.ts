import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelId } from '../domain/names.ts';
import type { Driver, Started } from './driver.ts';
import { Beats, type BootTraits } from './beats.ts';
import type { FleetBook } from './fleet-book.ts';
import { answersHealthCheck } from './health-check.ts';
import { Replica } from './replica.ts';
import { WorkMeter } from './work-meter.ts';

/** What happened to a replica, for the operator's eyes. */
export type FleetEvent = {
  readonly model: ModelId;
  readonly replica: string;
  readonly state: 'ready' | 'unhealthy' | 'gone';
  readonly reason: string;
};

/** A replica as people see it: `down` is one that ended, or did not come up, and is about to be started again. */
export type ReplicaState = {
  readonly id: string;
  readonly model: ModelId;
  readonly state: 'starting' | 'ready' | 'unhealthy' | 'draining' | 'down';
  readonly outstanding: number;
};

const healthCheckEveryMs = 1_000;
/** One lost check may be a hiccup; after so many nothing more is sent. */
const missedChecksUnhealthy = 2;
/** A replica that runs and does not answer for so long is replaced. */
const missedChecksReplace = 10;
const backOffMs = { first: 100, max: 10_000 };
/** A replica that lived so long did not die of how it was started: the next start waits the shortest time. */
const livedLongMs = 30_000;
/** What a replica is given to end its calls before it is stopped: longer than any call may be open. */
const drainMsMax = 15 * 60_000;

export type SlotOptions = {
  readonly model: ModelId;
  readonly index: number;
  readonly driver: Driver;
  readonly report: (event: FleetEvent) => void;
  /** Boots are named by it too, so that none has the name of an earlier one; undefined: names begin again. */
  readonly life: number | undefined;
  readonly traits: BootTraits;
  readonly book: FleetBook;
};

/** A place for one replica of a model: keeps it filled, and tells whether what is in it is healthy. */
export class Slot {
  readonly model: ModelId;
  replica: Replica | undefined;
  readonly #index: number;
  readonly #driver: Driver;
  readonly #report: (event: FleetEvent) => void;
  readonly #life: number | undefined;
  readonly #traits: BootTraits;
  readonly #book: FleetBook;
  readonly #stopping = new AbortController();
  readonly #firstReady = Promise.withResolvers<void>();
  readonly #done: Promise<void>;
  #boots = 0;
  #isDown = false;
  #beats: Beats | undefined;

  constructor({ model, index, driver, report, life, traits, book }: SlotOptions) {
    this.model = model;
    this.#index = index;
    this.#driver = driver;
    this.#report = report;
    this.#life = life;
    this.#traits = traits;
    this.#book = book;
    this.#done = this.#keepFilled();
  }

  /** Resolves when a replica was healthy here for the first time. */
  ready(): Promise<void> {
    return this.#firstReady.promise;
  }

  /** Undefined: the place is given up, and nothing is in it. */
  state(): ReplicaState | undefined {
    const { model, replica } = this;
    if (replica !== undefined) return { id: replica.id, model, state: stateOf(replica), outstanding: replica.outstanding };
    if (this.#stopping.signal.aborted) return undefined;
    return { id: this.#name(Math.max(0, this.#boots - 1)), model, state: this.#isDown ? 'down' : 'starting', outstanding: 0 };
  }

  /** Its time up to now is said, and it leaves: Emily ends. */
  async leave(reason: string): Promise<void> {
    await this.#beats?.leave(reason);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
  }

  async #keepFilled(): Promise<void> {
    let delayMs = backOffMs.first;
    while (!this.#stopping.signal.aborted) {
      this.#isDown = false;
      if ((await this.#fill()) > livedLongMs) delayMs = backOffMs.first;
      this.#isDown = true;
      await this.#pause(delayMs);
      delayMs = Math.min(delayMs * 2, backOffMs.max);
    }
  }

  /** One replica's life, from its start to its end; resolves with the ms for which it was up. */
  async #fill(): Promise<number> {
    const id = this.#name(this.#boots++);
    const sinceStart = new WorkMeter(() => performance.now());
    let started: Started;
    try {
      started = await this.#driver.start(this.model, this.#index, this.#stopping.signal);
    } catch (error) {
      this.#report({ model: this.model, replica: id, state: 'gone', reason: (error as Error).message });
      return 0;
    }
    const upAt = performance.now();
    const replica = new Replica(id, this.model, started.origin, started, sinceStart);
    const beats = new Beats({ replica, traits: this.#traits, book: this.#book, isSomebodyElses: started.isSomebodyElses === true });
    this.replica = replica;
    this.#beats = beats;
    const life = new AbortController();
    const stop = (): void => void this.#drain(replica, beats, life.signal).then(() => started.stop());
    this.#stopping.signal.addEventListener('abort', stop);
    if (this.#stopping.signal.aborted) stop();
    const checks = this.#check(replica, beats, started, life.signal);
    const reason = await started.gone;
    this.replica = undefined;
    this.#stopping.signal.removeEventListener('abort', stop);
    life.abort();
    await replica.close();
    await checks;
    beats.left(reason);
    this.#beats = undefined;
    this.#report({ model: this.model, replica: id, state: 'gone', reason });
    return performance.now() - upAt;
  }

  async #check(replica: Replica, beats: Beats, started: Started, life: AbortSignal): Promise<void> {
    let missed = 0;
    while (!life.aborted) {
      const answers = await answersHealthCheck(replica);
      if (life.aborted) return;
      missed = answers ? 0 : missed + 1;
      if (answers && !replica.healthy) this.#becameHealthy(replica);
      if (answers && (await beats.beat()) === 'began-again') started.stop();
      if (missed === missedChecksUnhealthy) this.#becameUnhealthy(replica);
      else if (missed === missedChecksReplace && started.isSomebodyElses !== true) started.stop();
      await pause(healthCheckEveryMs, life);
    }
  }

  #becameHealthy(replica: Replica): void {
    replica.healthy = true;
    replica.wasHealthy = true;
    this.#firstReady.resolve();
    this.#report({ model: this.model, replica: replica.id, state: 'ready', reason: 'answers its health check' });
  }

  #becameUnhealthy(replica: Replica): void {
    replica.healthy = false;
    const reason = `did not answer ${missedChecksUnhealthy} health checks`;
    this.#report({ model: this.model, replica: replica.id, state: 'unhealthy', reason });
  }

  /** Resolves when the replica has ended what it had begun, is gone, or has taken too long. */
  async #drain(replica: Replica, beats: Beats, life: AbortSignal): Promise<void> {
    replica.draining = true;
    const enough = new AbortController();
    await Promise.race([replica.idle(), pause(drainMsMax, AbortSignal.any([life, enough.signal]))]);
    enough.abort();
    if (!life.aborted) await beats.leave('was asked to end');
  }

  #name(boot: number): string {
    return `${this.model}/${this.#index}.${this.#life === undefined ? boot : `${this.#life}.${boot}`}`;
  }

  #pause(ms: number): Promise<void> {
    return pause(ms, this.#stopping.signal);
  }
}

function stateOf({ draining, healthy, wasHealthy }: Replica): ReplicaState['state'] {
  if (draining) return 'draining';
  if (healthy) return 'ready';
  return wasHealthy ? 'unhealthy' : 'starting';
}

/** Waits, or less long where the signal says so. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
