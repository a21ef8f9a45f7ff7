import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelId } from '../domain/names.ts';
import type { Driver, Started } from './driver.ts';
import { answersHealthCheck } from './health-check.ts';
import { Replica } from './replica.ts';

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

/** A place for one replica of a model: keeps it filled, and tells whether what is in it is healthy. */
export class Slot {
  readonly model: ModelId;
  replica: Replica | undefined;
  readonly #index: number;
  readonly #driver: Driver;
  readonly #report: (event: FleetEvent) => void;
  readonly #stopping = new AbortController();
  readonly #firstReady = Promise.withResolvers<void>();
  readonly #done: Promise<void>;
  #boots = 0;
  #isDown = false;

  constructor(model: ModelId, index: number, driver: Driver, report: (event: FleetEvent) => void) {
    this.model = model;
    this.#index = index;
    this.#driver = driver;
    this.#report = report;
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
    return { id: `${model}/${this.#index}.${Math.max(0, this.#boots - 1)}`, model, state: this.#isDown ? 'down' : 'starting', outstanding: 0 };
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
    const id = `${this.model}/${this.#index}.${this.#boots++}`;
    let started: Started;
    try {
      started = await this.#driver.start(this.model, this.#index, this.#stopping.signal);
    } catch (error) {
      this.#report({ model: this.model, replica: id, state: 'gone', reason: (error as Error).message });
      return 0;
    }
    const upAt = performance.now();
    const replica = new Replica(id, this.model, started.origin, started);
    this.replica = replica;
    const life = new AbortController();
    const stop = (): void => void drained(replica, life.signal).then(() => started.stop());
    this.#stopping.signal.addEventListener('abort', stop);
    if (this.#stopping.signal.aborted) stop();
    const checks = this.#check(replica, started, life.signal);
    const reason = await started.gone;
    this.replica = undefined;
    this.#stopping.signal.removeEventListener('abort', stop);
    life.abort();
    await replica.close();
    await checks;
    this.#report({ model: this.model, replica: id, state: 'gone', reason });
    return performance.now() - upAt;
  }

  async #check(replica: Replica, started: Started, life: AbortSignal): Promise<void> {
    let missed = 0;
    while (!life.aborted) {
      const answers = await answersHealthCheck(replica);
      if (life.aborted) return;
      missed = answers ? 0 : missed + 1;
      if (answers && !replica.healthy) this.#becameHealthy(replica);
      else if (missed === missedChecksUnhealthy) this.#becameUnhealthy(replica);
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

  #pause(ms: number): Promise<void> {
    return pause(ms, this.#stopping.signal);
  }
}

function stateOf({ draining, healthy, wasHealthy }: Replica): ReplicaState['state'] {
  if (draining) return 'draining';
  if (healthy) return 'ready';
  return wasHealthy ? 'unhealthy' : 'starting';
}

/** Resolves when the replica has ended what it had begun, is gone, or has taken too long. */
async function drained(replica: Replica, life: AbortSignal): Promise<void> {
  replica.draining = true;
  const enough = new AbortController();
  await Promise.race([replica.idle(), pause(drainMsMax, AbortSignal.any([life, enough.signal]))]);
  enough.abort();
}

/** Waits, or less long where the signal says so. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
