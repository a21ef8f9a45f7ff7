import { checkOptions, refuse } from '../argument.ts';
import { errors } from '../error.ts';
import { describeMermaid, describeText } from '../plan/describe.ts';
import { type Plan, keepsState } from '../plan/node.ts';
import { systemClock } from '../port/clock.ts';
import { HttpGetServer } from '../port/http-get.ts';
import { lmdbBackend } from '../port/lmdb-backend.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { warn } from '../port/warning.ts';
import { rewindable } from '../store/rewind.ts';
import { changelogRoutes } from '../serve/changelogs-api.ts';
import { downstreamRoutes } from '../serve/downstream-api.ts';
import { holdRoutes } from '../serve/holds-api.ts';
import { tableRoutes } from '../serve/tables-api.ts';
import type { BadRecord } from '../task/bad-record.ts';
import { type BatchResult, runBatch } from './batch.ts';
import type { Reconciliation } from './reconciler.ts';
import type { DecisionRecord } from '../task/decision.ts';
import type { Missing } from '../time/producers/missing.ts';
import type { Hold } from '../task/hold.ts';
import { Changelog, checkChangelog } from './changelogs.ts';
import { type Correction, type CorrectionRange, type Dependent, correctionsOf, dependentsOf } from './dependents.ts';
import { type LostProducer, lostDecisions, missingOf } from './completeness.ts';
import { type HoldDecision, holdsOf, resolvedDecisions } from './holds.ts';
import { Runner } from './runner.ts';
import { type RunOptions, checkRunOptions, checkSpills } from './run-options.ts';
import { servedBy } from './served.ts';
import { type Status, statusOf } from './status.ts';
import type { Table } from './table.ts';
import { TableReader } from './table-reader.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- any table at all; their types are kept in T
export type Tables = Readonly<Record<string, Table<any, any, any>>>; // any: as above

/** For each table that a program returns, the way to ask it. */
export type TableReaders<T extends Tables> = {
  readonly [Name in keyof T]: T[Name] extends Table<infer K, infer V, infer _> ? TableReader<K, V> : never;
};

/** How many clients may ask at once. */
const CONNECTIONS_MAX = 256;
const COMMIT_EVERY_MS = 1000;
const COMMIT_EVERY_EVENTS = 1_000_000;
/** Keys leave memory with commits: there are at least so many while as many keys come as may be in memory; but not for fewer events than these. */
const HOT_COMMITS = 8;
const COMMIT_EVENTS_MIN = 1_000;

/** A program that can be run, asked, and looked at. */
export class Program<T extends Tables = Tables> {
  readonly plan: Plan;
  /** The tables that the program returns, as of the last commit. */
  readonly tables: TableReaders<T>;
  /** Resolves when a start has come to its end, whichever. */
  #starting: Promise<void> | undefined;
  #runner: Runner | undefined;
  #done: Promise<void> | undefined;

  constructor(plan: Plan) {
    this.plan = plan;
    const readers = [...plan.tables.keys()].map((name) => [name, new TableReader(name, () => this.#running().task.runtime.tables.get(name))]);
    this.tables = Object.fromEntries(readers) as TableReaders<T>;
  }

  /** The program as text, or as a Mermaid flowchart. */
  describe(form: 'text' | 'mermaid' = 'text'): string {
    return form === 'text' ? describeText(this.plan) : describeMermaid(this.plan);
  }

  /** Runs until every source has ended, or until `stop()`; says what came in and what was set aside. */
  async run(options: RunOptions = {}): Promise<Status> {
    await this.start(options);
    const runner = this.#running();
    await this.done;
    return statusOf(runner.task);
  }

  /**
   * The final tables of a program whose sources all end: every event is counted, in whatever order it
   * came, in memory; nothing is late, nothing leaves by a sink.
   */
  batch(options: Pick<RunOptions, 'clock' | 'anyTime'> = {}): Promise<BatchResult<T>> {
    checkOptions('batch(options)', options, ['clock', 'anyTime']);
    const { clock = systemClock, anyTime = false } = options;
    return runBatch<T>(this.plan, { clock, anyTime });
  }

  /** Recovers what is stored, opens sources and sinks, and goes on in the background; see `done`. */
  async start(options: RunOptions = {}): Promise<void> {
    if (this.#runner !== undefined || this.#starting !== undefined) throw errors.NOT_RUNNING({ pipeline: this.plan.name, state: 'running already' });
    const started = this.#start(options);
    this.#starting = started.catch(() => {});
    try {
      await started;
    } finally {
      this.#starting = undefined;
    }
  }

  async #start(options: RunOptions): Promise<void> {
    checkRunOptions(options);
    const { store, rewind, hotKeys, clock = systemClock, anyTime = false } = options;
    const { everyMs = COMMIT_EVERY_MS, everyEvents = Math.min(COMMIT_EVERY_EVENTS, Math.max(COMMIT_EVENTS_MIN, Math.ceil((hotKeys ?? Infinity) / HOT_COMMITS))) } = options.commit ?? {};
    if (hotKeys !== undefined) checkSpills(this.plan);
    if (!(everyMs >= 0)) throw new RangeError(`commit.everyMs: ${everyMs}: expected a non-negative number of ms`);
    if (!(everyEvents >= 1)) throw new RangeError(`commit.everyEvents: ${everyEvents}: expected a number of 1 or more`);
    const durable = store !== undefined;
    if (durable) this.#checkNames();
    else this.#checkSinks();
    const inner = typeof store === 'string' ? lmdbBackend(store) : (store ?? memoryBackend());
    try {
      const backend = durable ? rewindable(inner, rewind, clock) : inner;
      const cadence = { everyMs, everyEvents };
      this.#runner = await Runner.open({ plan: this.plan, backend, durable, clock, cadence, anyTime, hotKeys, upgrades: options.upgrade, say: (code, line) => warn(code, `'${this.plan.name}': ${line}`) });
    } catch (error) {
      inner.close();
      throw error;
    }
    this.#done = this.#runner.run().finally(() => {
      this.#runner = undefined;
    });
    // Whoever is interested asks `done`; a failure must not end the process before that.
    this.#done.catch(() => {});
  }

  /** Resolves when the program has ended or was stopped; rejects with what made it fail. */
  get done(): Promise<void> {
    return this.#done ?? Promise.reject(errors.NOT_RUNNING({ pipeline: this.plan.name, state: 'not started' }));
  }

  /** Stops after a last commit. */
  async stop(): Promise<void> {
    await this.#starting;
    this.#runner?.stop();
    await this.#done;
  }

  /** Appends to a source that is a log; resolves once the rows are durable, with the offset of the first. */
  append(source: string, rows: readonly unknown[]): Promise<number> {
    if (!Array.isArray(rows)) refuse('append(source, rows)', 'a list of events', rows);
    return this.#running().log(source).append(rows);
  }

  /** Says durably that nothing more will come to a source that is a log. */
  end(source: string): Promise<void> {
    return this.#running().log(source).end();
  }

  /** The rows of a source that is a log, from an offset on, as far as they are kept. */
  *read(source: string, from = 0): Iterable<unknown> {
    for (const block of this.#running().log(source).log.read(from)) {
      yield* block.first < from ? block.rows.slice(from - block.first) : block.rows;
    }
  }

  /** Resolves once everything that has been appended to a source that is a log is processed and committed. HELD where it is not read. */
  async caughtUp(source: string): Promise<void> {
    const { next } = this.#running().log(source).log;
    const checkRead = (): void => {
      const holds = this.status().sources[source]?.[0]?.heldBy ?? [];
      if (this.#running().task.holds.isStopped(source, 0)) throw errors.HELD({ source, holds });
      if (this.status().sources[source]?.[0]?.inLead === true) throw errors.IN_LEAD({ source });
    };
    const behind = (): boolean => (this.status().sources[source]?.[0]?.records ?? next) < next;
    while (behind()) {
      checkRead();
      await this.committed();
    }
    await this.committed();
  }

  /** Resolves after a commit that covers everything taken so far. */
  committed(): Promise<void> {
    return this.#running().committed();
  }

  /**
   * Recounts the tables under `reconcile` now, up to the present, while the program goes on; resolves when
   * the adjustments are committed. It also happens by itself, at the times of the policy.
   */
  reconcile(): Promise<Reconciliation> {
    return this.#running().reconcile();
  }

  /** The newest records that were set aside, newest first. */
  bad(limit = 100): readonly BadRecord[] {
    return this.#running().task.bad.newest(limit);
  }

  /** What has come in, what was set aside and why, and where each frontier stands. */
  status(): Status {
    return statusOf(this.#running().task);
  }

  /**
   * Who is missing what: sequences claimed and not received, as exact ranges; producers and epochs of which
   * nobody knows what they have sent; offsets that a broker lost. Empty: nothing is missing.
   */
  missing(): readonly Missing[] {
    return missingOf(this.#running().task);
  }

  /**
   * Gives a producer up at event time `at` (default: now): nothing of it up to then is waited for any more. Windows
   * that overlap the time between its last promise and `at` say `declared`. Resolves once that is durable.
   */
  declareLost(lost: LostProducer): Promise<void> {
    return this.#running().decide((task) => lostDecisions(task, lost, this.plan.name));
  }

  /** Everything that waits for a person, oldest first: what stands still, why, since when, and what can be chosen. */
  holds(): readonly Hold[] {
    return holdsOf(this.#running().task);
  }

  /**
   * Decides on a hold; resolves once that is durable and carried out. UNKNOWN_HOLD where there is none, or no
   * more; CHOICE_NOT_OFFERED.
   */
  resolve(hold: number, decision: HoldDecision): Promise<void> {
    return this.#running().decide((task) => resolvedDecisions(task, hold, decision, this.plan.name));
  }

  /**
   * Everything that gets what a table says, directly or through other steps, in the order of the program: tables that
   * have a name, sinks with how far they have taken their rows, changelogs and their subscribers with how far these
   * have acknowledged. UNKNOWN_TABLE.
   */
  dependents(table: string): readonly Dependent[] {
    return dependentsOf(this.plan, this.#running().task, table);
  }

  /**
   * What tables with a name have said otherwise after all, oldest first, as of the last commit: from what, to what,
   * because of what, and which sinks and changelogs that reached. The newest 100,000 are kept. UNKNOWN_TABLE.
   */
  corrections(range: CorrectionRange = {}): readonly Correction[] {
    return correctionsOf(this.plan, this.#running().task, range);
  }

  /** The changes published under a name by `app.changelog`, for subscribers. UNKNOWN_CHANGELOG. */
  changelog<C = unknown>(name: string): Changelog<C> {
    checkChangelog(this.plan, name);
    return new Changelog<C>(name, () => this.#running());
  }

  /** What clocks and people have decided, oldest first, from a place in that log on. */
  *decisions(from = 0): Iterable<DecisionRecord> {
    yield* this.#running().task.decisions.read(from);
  }

  /**
   * The tables over HTTP while the program runs: `/tables`, `/tables/NAME`, `/tables/NAME/row`, `/status`, `/holds`,
   * `/missing`, `/tables/NAME/dependents`, `/corrections`, `/changelogs`, and what they take at `/openapi.json`. With
   * `resolve: true` whoever can reach it may also decide on holds, by a POST to `/holds/NUMBER`; with `acknowledge: true`
   * subscribe to changelogs and acknowledge, by POSTs below `/changelogs/NAME`. Close it with the program.
   */
  serve(options: { readonly port: number; readonly host?: string; readonly resolve?: boolean; readonly acknowledge?: boolean }): Promise<HttpGetServer> {
    const { port, host = '127.0.0.1', resolve = false, acknowledge = false } = options;
    const served = servedBy(this as unknown as Program, () => this.#running(), { resolve, acknowledge });
    const routes = [...tableRoutes(served), ...downstreamRoutes(served)];
    return HttpGetServer.listen({ host, port, connectionsMax: CONNECTIONS_MAX }, routes, [...holdRoutes(served), ...changelogRoutes(served)]);
  }

  #running(): Runner {
    if (this.#runner === undefined) throw errors.NOT_RUNNING({ pipeline: this.plan.name, state: 'not running' });
    return this.#runner;
  }

  /** Without a store a sink has its rows at once: what it refuses would be lost. */
  #checkSinks(): void {
    for (const node of this.plan.nodes) if (node.kind === 'sink' && (node.onRefused === 'hold' || node.retryMs !== undefined)) throw errors.STORE_NEEDED({ sink: node.name });
  }

  #checkNames(): void {
    for (const node of this.plan.nodes) {
      if (!keepsState(node.kind) || ('name' in node && node.name !== undefined)) continue;
      throw errors.STATE_WITHOUT_NAME({ operator: node.kind, node: node.id });
    }
  }
}

