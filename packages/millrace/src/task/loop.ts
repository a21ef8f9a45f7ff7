import { MillraceError, errors } from '../error.ts';
import type { Clock } from '../port/clock.ts';
import { Delivery } from './delivery.ts';
import { DeliveryHolds } from './delivery-holds.ts';
import { reasonOf } from './event-failure.ts';
import type { Feed } from './feed.ts';
import { type Input, Listening } from './listening.ts';
import { type Request, Requests } from './requests.ts';
import type { RuntimeSink, RuntimeSource } from './runtime.ts';
import type { SourceContext } from './source.ts';
import type { Task } from './task.ts';

/** When a program with a store commits: whichever comes first. */
export interface Cadence {
  readonly everyMs: number;
  readonly everyEvents: number;
}

/** The most rows taken from a partition at a time. */
const BATCH_ROWS_MAX = 512;
/**
 * The rows of a program's first batch; then twice as many each time. So what is done once per batch has
 * been seen by the compiler when what is done per row gets hot, and is not compiled twice.
 */
const FIRST_BATCH_ROWS = 8;
/** How long the loop keeps the process to itself. */
const TURN_MS_MAX = 8;

/** Somebody who waits for a commit. */
export interface CommitWanted {
  /** How many records of each partition had been taken when it was asked for: after going back, they have to be taken again first. */
  readonly taken: readonly number[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads, processes and commits, until every source has ended or somebody stops it.
 *
 * Of the partitions that have something, the one with the least frontier is read first. Between two
 * batches it commits when one is due; now and then it lets the rest of the process have its turn.
 */
export class Loop {
  readonly task: Task;
  readonly #clock: Clock;
  readonly #cadence: Cadence;
  readonly #deliveries: readonly Delivery[];
  readonly #listening: Listening;
  readonly #requests: Requests;
  #stopping = false;
  #over = false;
  #failure: unknown;
  #wake: (() => void) | undefined;
  /** Something has happened since the loop last looked. */
  #woken = false;
  #committedAt: number;
  #batchRows = FIRST_BATCH_ROWS;
  readonly #commitWanted: CommitWanted[];
  /** What is to be done between two batches, and committed. */
  readonly #deeds: (() => void)[] = [];
  /** Asked for a last deed once every source has ended. */
  atEnd: (() => Promise<() => void>) | undefined;

  /** `commitWanted` and `requests` outlive the loop: whoever waits for a commit may get that of the next one. */
  constructor(task: Task, clock: Clock, cadence: Cadence, commitWanted: CommitWanted[], requests: Request[] = []) {
    this.task = task;
    this.#listening = new Listening(task, clock);
    this.#requests = new Requests(requests);
    this.#commitWanted = commitWanted;
    this.#clock = clock;
    this.#cadence = cadence;
    this.#committedAt = clock.monotonic();
    const told = {
      delivered: () => this.#delivered(),
      failed: (failure: Error) => this.fail(failure),
      refused: (...what: Parameters<Task['refused']>) => this.#deed(() => task.refused(...what)),
    };
    this.#deliveries = task.runtime.sinks.map((sink) => new Delivery(sink, sink.output.next, told));
    for (const delivery of this.#deliveries) task.holds.owns(`sink ${delivery.sink.name}`, new DeliveryHolds(delivery));
  }

  /** Opens sinks and sources; hands out what an earlier run may have left undelivered. */
  async open(positionOf: (sink: RuntimeSink) => Promise<void>): Promise<void> {
    const { undelivered, runtime } = this.task;
    for (const sink of runtime.sinks) await positionOf(sink);
    for (const delivery of this.#deliveries) {
      if (this.task.holds.list.some(({ scope }) => scope.kind === 'sink' && scope.sink === delivery.sink.name)) delivery.hold();
      const parcels = undelivered.filter(({ sink }) => sink === delivery.sink);
      delivery.delivered = parcels[0]?.first ?? delivery.sink.output.next;
      parcels.forEach((parcel, i) => {
        delivery.send({ parcels: [parcel], end: parcels[i + 1]?.first ?? delivery.sink.output.next });
      });
    }
    for (const source of runtime.sources) await this.#openSource(source);
    // From now on the store knows under which number each log is kept, before the first row is appended.
    if (this.task.durable && this.task.commitNumber === 0) this.commit();
  }

  async run(): Promise<void> {
    let turnEnds = this.#clock.monotonic() + TURN_MS_MAX;
    while (!this.#stopping) {
      if (this.#failure !== undefined) throw this.#failure;
      this.#perform();
      this.#requests.apply(this.task);
      const moved = this.#step();
      const pressure = this.#pressure();
      if (pressure !== undefined) await this.#unheard(pressure);
      const now = this.#clock.monotonic();
      if (!moved) this.#listening.followClock(now);
      if (this.#commitDue(now)) this.commit();
      if (!moved && this.#isAtEnd() && (await this.#ended())) break;
      if (!moved) await this.#sleep(now);
      else if (now >= turnEnds) {
        await this.#clock.yield();
        // Also beside a partition that always has something, now that what came in this turn is known.
        this.#listening.followClock(this.#clock.monotonic());
      } else continue;
      turnEnds = this.#clock.monotonic() + TURN_MS_MAX;
    }
    await this.#finish();
  }

  /** Does something between two batches; resolves when it is committed. */
  perform<R>(deed: () => R): Promise<R> {
    if (this.#over) return Promise.reject(errors.NOT_RUNNING({ pipeline: this.task.pipeline, state: 'stopped' }));
    return new Promise((resolve, reject) => {
      this.#deeds.push(() => {
        const result = deed();
        this.task.uncommitted += 1;
        this.committed().then(() => resolve(result), reject);
      });
      this.#wakeUp();
    });
  }

  #deed(deed: () => void): void {
    this.#deeds.push(deed);
    this.#wakeUp();
  }

  #perform(): void {
    if (this.#deeds.length === 0) return;
    for (const deed of this.#deeds.splice(0)) deed();
  }

  /** Stops between two batches, after a last commit. */
  stop(): void {
    this.#stopping = true;
    this.#wakeUp();
  }

  /** Resolves after a commit that covers everything taken so far. */
  committed(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#commitWanted.push({ taken: this.#taken(), resolve, reject });
      this.#wakeUp();
    });
  }

  /** A person has decided something: the loop takes it in its turn. */
  requested(): void {
    this.#wakeUp();
  }

  commit(): void {
    const delivered = new Map(this.#deliveries.map((delivery) => [delivery.sink.name, delivery.delivered]));
    const { outgoing } = this.task.commit(delivered);
    for (const { sink, parcels } of outgoing) {
      this.#deliveries.find((delivery) => delivery.sink === sink)?.send({ parcels, end: sink.output.next });
    }
    this.#committedAt = this.#clock.monotonic();
    this.#requests.committed();
    if (this.#commitWanted.length === 0) return;
    const taken = this.#taken();
    for (const wanted of this.#commitWanted.splice(0)) {
      if (covers(taken, wanted)) wanted.resolve();
      else this.#commitWanted.push(wanted);
    }
  }

  get #inputs(): readonly Input[] {
    return this.#listening.inputs;
  }

  #taken(): readonly number[] {
    return this.task.runtime.sources.flatMap(({ feeds }) => feeds.map(({ offset }) => offset));
  }

  /** Closes sources and sinks, all of them, also where one cannot be closed. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    const attempt = (close: Promise<void> | undefined): Promise<unknown> => Promise.resolve(close).catch((error: unknown) => failures.push(error));
    for (const { reader } of this.#inputs) await attempt(reader.close());
    for (const delivery of this.#deliveries) {
      // A row that is being taken is not given again, by the next loop, before that has ended.
      await attempt(delivery.close());
      await attempt(delivery.sink.output.driver?.close());
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Takes one batch from the partition with the least frontier that has one; false if none has. */
  #step(): boolean {
    this.#woken = false;
    for (const { isFull } of this.#deliveries) if (isFull) return false;
    let tried: Set<Input> | undefined;
    for (;;) {
      let least: Input | undefined;
      for (const input of this.#inputs) {
        const { feed } = input;
        if (feed.ended || (input.waiting && feed.rest === undefined) || feed.holds.isStopped || tried?.has(input) === true) continue;
        if (least === undefined || input.feed.frontier.value < least.feed.frontier.value) least = input;
      }
      if (least === undefined) return false;
      if (least.feed.rest !== undefined) {
        this.task.takeRest(least.feed);
        return true;
      }
      const room = this.task.durable ? Math.max(1, this.#cadence.everyEvents - this.task.uncommitted) : BATCH_ROWS_MAX;
      const batch = least.reader.read(Math.min(this.#batchRows, room));
      if (batch !== undefined) {
        this.#batchRows = Math.min(BATCH_ROWS_MAX, this.#batchRows * 2);
        if (batch === 'ended') this.task.end(least.feed);
        else this.task.take(least.feed, batch);
        return true;
      }
      tried ??= new Set();
      tried.add(least);
      this.#await(least);
    }
  }

  #await(input: Input): void {
    this.#listening.nothing(input);
    input.reader.ready().then(
      () => {
        this.#listening.something(input);
        this.#wakeUp();
      },
      (error: unknown) => {
        this.fail(errors.SOURCE_FAILED({ source: input.feed.source, reason: reasonOf(error) }, error));
      },
    );
  }

  /** Waits while a sink keeps the program waiting: nobody listens meanwhile, so no partition is idle. */
  async #unheard(pressure: Promise<unknown>): Promise<void> {
    const from = this.#clock.monotonic();
    await pressure;
    this.#listening.unheard(from);
  }

  /** When the loop has something to do even if nothing comes; Infinity: never. */
  #nextDue(): number {
    const due = this.task.uncommitted > 0 ? this.#committedAt + this.#cadence.everyMs : Number.POSITIVE_INFINITY;
    return Math.min(due, this.#listening.due());
  }

  #delivered(): void {
    this.task.uncommitted += 1;
    this.#wakeUp();
  }

  #commitDue(now: number): boolean {
    const { uncommitted } = this.task;
    if (this.#requests.areApplied || this.task.holds.isStirred) return true;
    if (this.#commitWanted.length > 0) {
      const taken = this.#taken();
      if (this.#commitWanted.some((wanted) => covers(taken, wanted))) return true;
    }
    if (uncommitted === 0) return false;
    return uncommitted >= this.#cadence.everyEvents || now - this.#committedAt >= this.#cadence.everyMs;
  }

  /** Waits until there is something to do, or a commit is due. */
  async #sleep(now: number): Promise<void> {
    if (this.#woken) return;
    const due = this.#nextDue();
    const callOff = due === Number.POSITIVE_INFINITY ? undefined : this.#clock.after(Math.max(0, due - now), () => this.#wakeUp());
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    callOff?.();
    this.#listening.woken(due);
  }

  /** Ends the run with an error. */
  fail(failure: unknown): void {
    this.#failure ??= failure;
    this.#wakeUp();
  }

  #wakeUp(): void {
    this.#woken = true;
    this.#wake?.();
    this.#wake = undefined;
  }

  /** A promise while a sink cannot take more; looked at after every batch, so it costs nothing when none is needed. */
  #pressure(): Promise<unknown> | undefined {
    let waiting: Promise<void>[] | undefined;
    for (const delivery of this.#deliveries) {
      const one = this.task.durable ? delivery.pressure() : this.#flush(delivery.sink);
      if (one !== undefined) (waiting ??= []).push(one);
    }
    return waiting === undefined ? undefined : Promise.all(waiting);
  }

  /** Every source has ended, and nothing waits for a person. */
  #isAtEnd(): boolean {
    return this.task.holds.size === 0 && this.#inputs.every(({ feed }) => feed.ended);
  }

  /** Does what is left to be done at the end; false where a sink then refuses its rows, and somebody has to decide. */
  async #ended(): Promise<boolean> {
    const last = this.atEnd;
    this.atEnd = undefined;
    (await last?.())?.();
    if (!this.task.runtime.sinks.some(({ onRefused }) => onRefused === 'hold')) return true;
    this.commit();
    for (const delivery of this.#deliveries) await delivery.idle();
    this.#perform();
    return this.#isAtEnd();
  }

  async #finish(): Promise<void> {
    this.#over = true;
    this.#perform();
    this.commit();
    for (const delivery of this.#deliveries) {
      if (this.task.durable) await delivery.idle();
      else await this.#flush(delivery.sink);
    }
    this.#perform();
    // Once more, so that what was delivered is not delivered again at the next start.
    this.commit();
  }

  /** In memory: a promise while the sink has rows that are not out. */
  #flush(sink: RuntimeSink): Promise<void> | undefined {
    return sink.output.driver?.flush()?.catch((error: unknown) => {
      if (error instanceof MillraceError) throw error;
      throw errors.SINK_FAILED({ sink: sink.name, reason: reasonOf(error) }, error);
    });
  }

  /** What a source is given, to be opened or read again. */
  contextOf(name: string): SourceContext {
    return { name, clock: this.#clock, log: <T>(keep: 'processed' | 'forever') => this.task.log<T>(name, keep) };
  }

  async #openSource(source: RuntimeSource): Promise<void> {
    const readers = await source.spec.open(this.contextOf(source.name), source.feeds.map((feed) => feed.cursor));
    readers.forEach((reader, partition) => {
      this.#listening.open(source.feeds[partition] as Feed, reader);
    });
  }
}

const covers = (taken: readonly number[], wanted: CommitWanted): boolean => wanted.taken.every((records, i) => (taken[i] ?? 0) >= records);
