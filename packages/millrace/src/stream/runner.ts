import { errors } from '../error.ts';
import { compile } from '../plan/compile.ts';
import type { Plan } from '../plan/node.ts';
import type { Backend } from '../port/backend.ts';
import type { Clock } from '../port/clock.ts';
import { reasonOf } from '../reason.ts';
import { type FailedEvent, isEventFailure } from '../task/event-failure.ts';
import type { CommitWanted } from '../task/commits-wanted.ts';
import { type Cadence, Loop } from '../task/loop.ts';
import type { Request } from '../task/requests.ts';
import type { LogHandle } from '../task/log-handle.ts';
import type { RuntimeSink } from '../task/runtime.ts';
import { Task } from '../task/task.ts';
import type { Say } from '../task/task-options.ts';
import type { Rebuilt } from '../task/rebuilt.ts';
import type { Upgrades } from '../task/upgrade.ts';
import type { Json } from '../task/source.ts';
import { rebuilding } from './rebuilding.ts';
import { type Reconciliation, Reconciler } from './reconciler.ts';
import { readMeta } from '../store/meta.ts';

export interface RunnerOptions {
  readonly plan: Plan;
  readonly backend: Backend;
  readonly durable: boolean;
  readonly clock: Clock;
  readonly cadence: Cadence;
  readonly anyTime: boolean;
  /** How many keys each table without windows keeps in memory; undefined: all. */
  readonly hotKeys?: number | undefined;
  /** See Host.batch. */
  readonly batch?: boolean;
  /** What becomes of what the stored program has otherwise. */
  readonly upgrades?: Upgrades | undefined;
  readonly say?: Say;
}

/** How many records may be set aside by going back to one and the same commit; more is no longer bad luck, and a person has to say how to go on. */
const REOPENINGS_MAX = 100;

/**
 * Runs a plan on a store until it ends, is stopped, or fails.
 *
 * When an event fails after something had been changed, it opens a new task on the store, as of the
 * last commit, and has that record set aside when it comes again. After too many of them it holds the
 * partition. When a commit cannot be written because of what has come, it goes back too, and looks for the
 * record in ever smaller commits. Other failures end the run.
 */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #commitWanted: CommitWanted[];
  readonly #requests: Request[];
  /** The one that owns the store; while the run goes back to a commit, that of the loop to come. */
  task: Task;
  #loop: Loop;
  #stopped = false;
  #reconciler: Reconciler;
  /** The sources that are logs. */
  readonly #logs: ReadonlySet<string>;
  /** After how many records there is a commit, while one is looked for that cannot be stored. */
  #everyEvents: number = Number.POSITIVE_INFINITY;
  /** Why no commit will come any more. */
  #over: Error | undefined;

  private constructor(options: RunnerOptions, loop: Loop, commitWanted: CommitWanted[], requests: Request[]) {
    this.#options = options;
    this.#requests = requests;
    this.#commitWanted = commitWanted;
    this.task = loop.task;
    this.#loop = loop;
    this.#reconciler = this.#reconciling();
    this.#logs = new Set(loop.task.logNames());
  }

  /** Recovers, and opens sinks and sources; nothing is processed yet. */
  static async open(options: RunnerOptions): Promise<Runner> {
    const commitWanted: CommitWanted[] = [];
    const requests: Request[] = [];
    const task = taskOf(options, { rebuilt: await rebuilding(options) });
    return new Runner(options, await openLoop(options, task, commitWanted, requests), commitWanted, requests);
  }

  async run(): Promise<void> {
    const pipeline = this.#options.plan.name;
    try {
      await this.#run();
      this.#over = errors.NOT_RUNNING({ pipeline, state: 'stopped' });
    } catch (error) {
      this.#over = errors.NOT_RUNNING({ pipeline, state: reasonOf(error) }, error);
      throw error;
    } finally {
      this.#reconciler.stop();
      for (const { reject } of [...this.#commitWanted.splice(0), ...this.#requests.splice(0)]) reject(this.#over);
      try {
        await this.#loop.close();
      } finally {
        this.task.logs.drain();
        this.#options.backend.close();
      }
    }
  }

  /** Recounts the tables under `reconcile` now. */
  reconcile(): Promise<Reconciliation> {
    return this.#over === undefined ? this.#reconciler.run() : Promise.reject(this.#over);
  }

  stop(): void {
    this.#stopped = true;
    this.#loop.stop();
  }

  /** The log of a source; a RangeError where there is none, because nobody would read it. */
  log(source: string): LogHandle<unknown> {
    if (!this.#logs.has(source)) throw new RangeError(`'${this.#options.plan.name}' has no log '${source}'`);
    return this.task.log(source);
  }

  committed(): Promise<void> {
    return this.#over === undefined ? this.#loop.committed() : Promise.reject(this.#over);
  }

  /** Resolves after the next commit, whenever that is. */
  nextCommit(): Promise<void> {
    if (this.#over !== undefined) return Promise.reject(this.#over);
    return new Promise((resolve, reject) => {
      this.#commitWanted.push({ taken: [], isPatient: true, resolve, reject });
    });
  }

  #reconciling(): Reconciler {
    const { plan, clock, anyTime } = this.#options;
    const loop = this.#loop;
    const reconciler = new Reconciler(plan, loop, clock, anyTime);
    if (this.#options.batch !== true) reconciler.start((error) => loop.fail(error));
    return reconciler;
  }

  /** Has decisions taken into the input; resolves once they are durable. */
  decide(decide: Request['decide']): Promise<void> {
    if (this.#over !== undefined) return Promise.reject(this.#over);
    return new Promise((resolve, reject) => {
      this.#requests.push({ decide, resolve, reject });
      this.#loop.requested();
    });
  }

  /**
   * Which record it is because of which a commit could not be written: by half as many records a commit each
   * time, until it is one. A single one is blamed only by a careful task: before, it may have been a row that a
   * record or the end of its source only brought about. Undefined where it was something else, or none can be
   * blamed.
   */
  #suspect(error: unknown): FailedEvent | 'among others' | undefined {
    const { task } = this;
    if (task.unwritable === undefined || task.unwritable.error !== error) return undefined;
    const records = Math.min(task.uncommitted, this.#everyEvents);
    if (records <= 1 && task.isCareful) return task.lastFailed(error);
    this.#everyEvents = Math.max(1, Math.floor(records / 2));
    return 'among others';
  }

  #narrowed(): RunnerOptions {
    const { cadence } = this.#options;
    return { ...this.#options, cadence: { ...cadence, everyEvents: Math.min(cadence.everyEvents, this.#everyEvents) } };
  }

  async #run(): Promise<void> {
    let commit = this.task.commitNumber;
    for (let reopenings = 0; ; reopenings += 1) {
      try {
        return await this.#loop.run();
      } catch (error) {
        if (this.task.commitNumber !== commit || reopenings > REOPENINGS_MAX) reopenings = 0;
        commit = this.task.commitNumber;
        const failed = isEventFailure(error) ? error.data : this.#suspect(error);
        if (!this.#options.durable || failed === undefined) throw error;
        this.#reconciler.stop();
        await this.#loop.close();
        // What is waiting to be appended is still this task's to append; what comes later is the next one's.
        this.task.logs.drain();
        this.task = taskOf(this.#options, { former: this.task });
        if (failed === 'among others') {
          reopenings -= 1;
          this.task.careful(true);
        } else {
          this.#everyEvents = Number.POSITIVE_INFINITY;
          this.task.poison(failed);
          if (reopenings === REOPENINGS_MAX && this.#options.batch !== true) this.task.reopened(reopenings, failed);
        }
        this.#loop = await openLoop(this.#narrowed(), this.task, this.#commitWanted, this.#requests);
        this.#reconciler = this.#reconciling();
        if (this.#stopped) this.#loop.stop();
      }
    }
  }
}

function taskOf(options: RunnerOptions, { former, rebuilt }: { readonly former?: Task; readonly rebuilt?: Rebuilt | undefined }): Task {
  const { plan, backend, durable, clock, anyTime, hotKeys, batch = false, upgrades, say } = options;
  const task = new Task({ pipeline: plan.name, backend, durable, clock, anyTime, hotKeys, batch, upgrades, rebuilt, say, compile: (host) => compile(plan, host) });
  // What failed before may still lie ahead: nothing has been committed in between.
  if (former !== undefined) task.poisonAs(former);
  return task;
}

async function openLoop({ plan, backend, durable, clock, cadence }: RunnerOptions, task: Task, commitWanted: CommitWanted[], requests: Request[]): Promise<Loop> {
  const loop = new Loop(task, clock, cadence, commitWanted, requests);
  const stored = durable ? readMeta(backend)?.sinks : undefined;
  try {
    await loop.open(async ({ name, spec, output }: RuntimeSink) => {
      const position = stored?.[name]?.position as Json | undefined;
      output.driver = await spec.open({ name, pipeline: plan.name, position, durable });
    });
    return loop;
  } catch (error) {
    await loop.close();
    throw error;
  }
}
