import type { Row } from '../operator/row.ts';
import type { Table } from '../operator/stateful.ts';
import { compile } from '../plan/compile.ts';
import { systemClock } from '../port/clock.ts';
import type { Backend } from '../port/backend.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import type { Program, TableReaders, Tables } from '../stream/program.ts';
import { Recount } from '../stream/recount.ts';
import { type Correction, type CorrectionRange, type Dependent, correctionsOf, dependentsOf } from '../stream/dependents.ts';
import { type Status, statusOf } from '../stream/status.ts';
import type { BadRecord } from '../task/bad-record.ts';
import { missingOf } from '../stream/completeness.ts';
import type { Decision, DecisionRecord } from '../task/decision.ts';
import { type HoldDecision, holdsOf, resolvedDecisions } from '../stream/holds.ts';
import type { Hold } from '../task/hold.ts';
import type { Missing } from '../time/producers/missing.ts';
import type { Feed } from '../task/feed.ts';
import type { Reconciled } from '../task/runtime.ts';
import { Task } from '../task/task.ts';
import type { Upgrades } from '../task/upgrade.ts';
import { ASSUMED } from '../time/evidence.ts';
import type { TestChangelog, TestSource, TestTable } from './driver-shapes.ts';
import { SinkProbe } from './sink-probe.ts';

export interface DriverOptions {
  /** Keeps state as with a store, on a disk in memory: then the driver can commit and crash. */
  readonly durable?: boolean;
  /** Opens the store, anew after each crash. Default: a disk in memory that the driver has to itself. */
  readonly backend?: () => Backend;
  /** As in `start({ upgrade })`. */
  readonly upgrade?: Upgrades;
  /** With `durable`: how many keys each table without windows keeps in memory, as in RunOptions. Default: all. */
  readonly hotKeys?: number;
}

type Step =
  | { readonly kind: 'events'; readonly source: string; readonly partition: number; readonly rows: readonly unknown[]; readonly arrival: number; readonly offsets?: readonly number[] }
  | { readonly kind: 'frontier'; readonly source: string; readonly partition: number; readonly to: number }
  | { readonly kind: 'reconcile' }
  | { readonly kind: 'decision'; readonly source: string; readonly partition: number; readonly decision: Decision }
  | { readonly kind: 'resolve'; readonly hold: number; readonly decision: HoldDecision }
  | { readonly kind: 'end'; readonly source: string; readonly partition: number };

type Placed = Exclude<Step, { readonly kind: 'reconcile' | 'resolve' }>;

/**
 * Runs a program by hand: events are processed when they are sent, the frontier moves when it is told to.
 *
 * It drives the code that runs in production, without its loop: no files, no sockets, no waiting.
 */
export function testDriver<T extends Tables>(program: Program<T>, options: DriverOptions = {}): TestDriver<T> {
  return new TestDriver(program, options);
}

export class TestDriver<T extends Tables> {
  readonly #program: Program<T>;
  readonly #durable: boolean;
  readonly #upgrades: Upgrades | undefined;
  readonly #newBackend: () => Backend;
  readonly #hotKeys: number | undefined;
  readonly #steps: Step[] = [];
  readonly #probes = new Map<string, SinkProbe>();
  /** What was sent to partitions that were held, in order. */
  #waiting: Placed[] = [];
  /** The batch that a partition was given last: what a hold has left of it comes whole after a crash. */
  readonly #given = new Map<Feed, Placed>();
  /** By commit: how many steps it covers, and what of them it does not. */
  readonly #commits = new Map<number, { readonly done: number; readonly waiting: readonly Placed[] }>();
  #backend: Backend;
  #task: Task;

  constructor(program: Program<T>, { durable = false, backend, hotKeys, upgrade }: DriverOptions) {
    const disk = new MemoryDisk();
    this.#program = program;
    this.#durable = durable;
    this.#hotKeys = hotKeys;
    this.#upgrades = upgrade;
    this.#newBackend = backend ?? (() => memoryBackend(disk));
    this.#backend = this.#newBackend();
    this.#task = this.#open();
  }

  source(name: string): TestSource {
    return {
      send: (...rows) => this.#do({ kind: 'events', source: name, partition: 0, rows, arrival: 0 }),
      sendBatch: (rows, { partition = 0, arrival = 0, offsets } = {}) =>
        this.#do({ kind: 'events', source: name, partition, rows, arrival, ...(offsets !== undefined && { offsets }) }),
      end: () => this.#feeds(name).forEach(({ partition }) => this.#do({ kind: 'end', source: name, partition })),
    };
  }

  /** Says that nothing more will come to one partition of a source. */
  endOf(source: string, partition: number): void {
    this.#do({ kind: 'end', source, partition });
  }

  /** Promises that nothing older than `to` will come to this source; evidence: assumed. */
  advanceFrontier(source: string, to: number, partition = 0): void {
    this.#do({ kind: 'frontier', source, partition, to });
  }

  /** Recounts the tables under `reconcile`, up to what was sent so far. */
  reconcile(): void {
    this.#do({ kind: 'reconcile' });
  }

  /** What a clock or a person decides, here in the input. */
  decide(source: string, decision: Decision, partition = 0): void {
    this.#do({ kind: 'decision', source, partition, decision });
  }

  /** What waits for a person, oldest first. */
  holds(): readonly Hold[] {
    return holdsOf(this.#task);
  }

  /** What a person decides on a hold, here in the input. What was sent to partitions that it stopped comes now. */
  resolve(hold: number, decision: HoldDecision): void {
    this.#do({ kind: 'resolve', hold, decision });
  }

  decisions(): readonly DecisionRecord[] {
    return [...this.#task.decisions.read()];
  }

  missing(): readonly Missing[] {
    return missingOf(this.#task);
  }

  /** What has reached a sink, or a changelog: with a store, what has been committed. */
  sink(name: string): { rows(): readonly unknown[] } {
    const changelog = this.#task.changelogs.find((one) => one.name === name);
    if (changelog !== undefined) return { rows: () => [...changelog.log.read(0)].map(({ row }) => row) };
    return this.#probes.get(name) ?? { rows: () => [] };
  }

  /** A table that the program returns; with a store as of the last commit. */
  table<Name extends keyof T & string>(name: Name): TestTable<TableReaders<T>[Name]> {
    const table = this.#task.runtime.tables.get(name) as Table<unknown, Row<unknown, unknown>>;
    const get = (key: unknown, at?: number, asKnownAt?: number) => (asKnownAt === undefined ? table.get(key, at) : table.knownAt?.(key, at, asKnownAt));
    return { get, scan: () => [...table.scan()] } as TestTable<TableReaders<T>[Name]>;
  }

  /** A changelog of the program, for subscribers; ask for it again after a crash. */
  changelog(name: string): TestChangelog {
    const found = this.#task.changelogs.find((one) => one.name === name);
    if (found === undefined) throw new RangeError(`'${this.#program.plan.name}' has no changelog '${name}'`);
    return found;
  }

  /** Everything that gets what a table says. */
  dependents(table: string): readonly Dependent[] {
    return dependentsOf(this.#program.plan, this.#task, table);
  }

  /** What tables have said otherwise after all; with a store as of the last commit. */
  corrections(range: CorrectionRange = {}): readonly Correction[] {
    return correctionsOf(this.#program.plan, this.#task, range);
  }

  bad(): readonly BadRecord[] {
    return this.#task.bad.newest(Number.MAX_SAFE_INTEGER).toReversed();
  }

  status(): Status {
    return statusOf(this.#task);
  }

  commit(): void {
    const cut = this.#all().flatMap((feed) => (feed.rest === undefined ? [] : [this.#given.get(feed) as Placed]));
    // Before it is made: a process may die when it is, and not know.
    this.#commits.set(this.#task.commitNumber + 1, { done: this.#steps.length, waiting: [...cut, ...this.#waiting] });
    const { outgoing } = this.#task.commit(new Map());
    for (const { sink, parcels } of outgoing) {
      for (const { payload, first } of parcels) this.#probe(sink.name).take(payload, first);
    }
  }

  /** Loses everything since the last commit, recovers, and is given again what came after it. */
  crash(): void {
    this.#backend.close();
    this.#backend = this.#newBackend();
    this.#task = this.#open();
    const { done, waiting } = this.#commits.get(this.#task.commitNumber) ?? { done: 0, waiting: [] };
    this.#given.clear();
    this.#waiting = [];
    for (const step of [...waiting, ...this.#steps.slice(done)]) this.#carryOut(step);
  }

  /** Closes the store; nothing can be sent after that. */
  close(): void {
    this.#backend.close();
  }

  #do(step: Step): void {
    this.#steps.push(step);
    this.#carryOut(step);
  }

  #carryOut(step: Step): void {
    if (step.kind === 'reconcile') return this.#reconcile(this.#steps.slice(0, this.#steps.indexOf(step)));
    if (step.kind === 'resolve') return this.#resolve(step.hold, step.decision);
    const feed = this.#feeds(step.source)[step.partition];
    if (feed === undefined) throw new RangeError(`source '${step.source}' has no partition ${step.partition}`);
    if (step.kind === 'decision') this.#task.decide(feed, step.decision);
    else if (this.#isWaiting(feed)) this.#waiting.push(step);
    else this.#give(feed, step);
  }

  /** A partition that is held, or that a hold has cut a batch of, is given nothing. */
  #isWaiting(feed: Feed): boolean {
    return feed.holds.isStopped || feed.rest !== undefined;
  }

  #give(feed: Feed, step: Placed): void {
    this.#given.set(feed, step);
    if (step.kind === 'end') {
      if (!feed.ended) this.#task.end(feed);
    } else if (step.kind === 'frontier') feed.promise(step.to, ASSUMED);
    else if (step.kind === 'events') {
      const offsets = step.offsets === undefined ? {} : { offsets: step.offsets };
      this.#task.take(feed, { rows: step.rows, arrival: step.arrival, cursor: null, ...offsets });
    }
  }

  #resolve(hold: number, decision: HoldDecision): void {
    for (const [feed, one] of resolvedDecisions(this.#task, hold, decision, this.#program.plan.name)) this.#task.decide(feed, one);
    while (this.#goOn());
  }

  /** Something that waited for a hold that is gone; false: nothing does. */
  #goOn(): boolean {
    const cut = this.#all().find((feed) => feed.rest !== undefined && !feed.holds.isStopped);
    if (cut !== undefined) {
      this.#task.takeRest(cut);
      return true;
    }
    const at = this.#waiting.findIndex((step) => !this.#isWaiting(this.#feeds(step.source)[step.partition] as Feed));
    const [step] = at < 0 ? [] : this.#waiting.splice(at, 1);
    if (step !== undefined) this.#give(this.#feeds(step.source)[step.partition] as Feed, step);
    return step !== undefined;
  }

  #all(): readonly Feed[] {
    return this.#task.runtime.sources.flatMap(({ feeds }) => feeds);
  }

  #reconcile(sent: readonly Step[]): void {
    const counting = new Recount(this.#program.plan, systemClock, true);
    for (const step of sent) {
      if (step.kind !== 'events') continue;
      counting.take(step.source, step.partition, { rows: step.rows, arrival: step.arrival, cursor: null });
    }
    const tables = counting.end();
    for (const { name, ledger } of this.#task.runtime.reconciled) {
      const run = { number: (ledger?.runs ?? 0) + 1, commit: this.#task.commitNumber + 1, frontier: ledger?.frontier ?? 0 };
      ledger?.reconcile(tables.get(name) as Reconciled['table'], run);
    }
  }

  #feeds(source: string): readonly Feed[] {
    const found = this.#task.runtime.sources.find(({ name }) => name === source);
    if (found === undefined) throw new RangeError(`'${this.#program.plan.name}' has no source '${source}'`);
    return found.feeds;
  }

  #open(): Task {
    const { plan } = this.#program;
    const task = new Task({
      pipeline: plan.name,
      backend: this.#backend,
      durable: this.#durable,
      hotKeys: this.#hotKeys,
      clock: systemClock,
      anyTime: true,
      upgrades: this.#upgrades,
      compile: (host) => compile(plan, host),
    });
    for (const sink of task.runtime.sinks) sink.output.driver = this.#probe(sink.name);
    for (const { sink, first, payload } of task.undelivered) this.#probe(sink.name).take(payload, first);
    return task;
  }

  #probe(name: string): SinkProbe {
    let probe = this.#probes.get(name);
    if (probe === undefined) {
      probe = new SinkProbe();
      this.#probes.set(name, probe);
    }
    return probe;
  }
}
