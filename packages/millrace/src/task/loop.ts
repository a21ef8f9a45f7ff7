import { errors } from '../error.ts';
import type { Clock } from '../port/clock.ts';
import { type CommitWanted, CommitsWanted } from './commits-wanted.ts';
import { Deeds } from './deeds.ts';
import { Deliveries } from './deliveries.ts';
import { reasonOf } from '../reason.ts';
import type { Feed } from './feed.ts';
import { Leads } from './leads.ts';
import { type Input, Listening } from './listening.ts';
import { type Request, Requests } from './requests.ts';
import { Room } from './room.ts';
import type { RuntimeSink, RuntimeSource } from './runtime.ts';
import { Sleep } from './sleep.ts';
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
  readonly #deliveries: Deliveries;
  /** It is to stop: ends the waiting for sinks. */
  #stopped: (() => void) | undefined;
  readonly #listening: Listening;
  readonly #leads: Leads;
  readonly #requests: Requests;
  #stopping = false;
  #isClosed = false;
  #over = false;
  #failure: unknown;
  readonly #sleep: Sleep;
  readonly #room: Room;
  #committedAt: number;
  #batchRows = FIRST_BATCH_ROWS;
  readonly #commitsWanted: CommitsWanted;
  readonly #deeds: Deeds = new Deeds();
  /** Asked for a last deed once every source has ended. */
  atEnd: (() => Promise<() => void>) | undefined;

  /** `commitWanted` and `requests` outlive the loop: whoever waits for a commit may get that of the next one. */
  constructor(task: Task, clock: Clock, cadence: Cadence, commitWanted: CommitWanted[], requests: Request[] = []) {
    this.task = task;
    this.#listening = new Listening(task, clock);
    this.#leads = new Leads(task.runtime.sources);
    this.#requests = new Requests(requests);
    this.#commitsWanted = new CommitsWanted(task, commitWanted);
    this.#clock = clock;
    this.#sleep = new Sleep(clock);
    this.#room = new Room(clock, this.#sleep, task);
    this.#cadence = cadence;
    this.#committedAt = clock.monotonic();
    const told = {
      delivered: () => this.#delivered(),
      failed: (failure: Error) => this.fail(failure),
      refused: (...what: Parameters<Task['refused']>) => {
        this.#deeds.add(() => task.refused(...what));
        this.#sleep.wakeUp();
      },
    };
    this.#deliveries = new Deliveries(task, told, clock);
  }

  /** Opens sinks and sources; hands out what an earlier run may have left undelivered. */
  async open(positionOf: (sink: RuntimeSink) => Promise<void>): Promise<void> {
    const { runtime } = this.task;
    for (const sink of runtime.sinks) await positionOf(sink);
    this.#deliveries.open();
    for (const source of runtime.sources) await this.#openSource(source);
    // From now on the store knows under which number each log is kept, before the first row is appended.
    if (this.task.durable && this.task.hasNewNames) this.commit();
  }

  async run(): Promise<void> {
    let turnEnds = this.#clock.monotonic() + TURN_MS_MAX;
    while (!this.#stopping) {
      if (this.#failure !== undefined) throw this.#failure;
      this.#deeds.carryOut();
      this.#requests.apply(this.task);
      const moved = this.#step();
      const pressure = this.#deliveries.pressure();
      if (pressure !== undefined) await this.#unheard(pressure);
      const now = this.#clock.monotonic();
      if (!moved) this.#listening.followClock(now);
      if (this.#commitDue(now)) await this.#roomForCommit();
      if (!moved && this.#isAtEnd() && (await this.#ended())) break;
      if (!moved && !this.#leads.haveChanged()) await this.#wait(now);
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
    if (this.#over) return Promise.reject(this.#stoppedError());
    return new Promise((resolve, reject) => {
      const carryOut = (): void => {
        const result = deed();
        this.task.uncommitted += 1;
        this.committed().then(() => resolve(result), reject);
      };
      this.#deeds.add(carryOut, reject);
      this.#sleep.wakeUp();
    });
  }

  /** Stops between two batches, after a last commit. */
  stop(): void {
    this.#stopping = true;
    // Nothing is waited for any more once it is closed, and nothing would let go of the process.
    if (!this.#isClosed) this.#stopped ??= this.#deliveries.abandonSoon(this.#clock);
    this.#sleep.wakeUp();
  }

  /** Resolves after a commit that covers everything taken so far. */
  committed(): Promise<void> {
    const committed = this.#commitsWanted.next();
    this.#sleep.wakeUp();
    return committed;
  }

  /** A person has decided something: the loop takes it in its turn. */
  requested(): void {
    this.#sleep.wakeUp();
  }

  commit(): void {
    this.#deliveries.commit();
    this.#committedAt = this.#clock.monotonic();
    this.#requests.committed();
    this.#commitsWanted.committed();
  }

  /** Where the store is full, as soon as it is not: nothing is taken meanwhile, and so no partition is idle. */
  #roomForCommit(): Promise<void> | undefined {
    const room = this.#room.commit(() => this.commit(), { isStopping: () => this.#stopping, failure: () => this.#failure });
    return room === undefined ? undefined : this.#unheard(room);
  }

  /** Closes sources and sinks, all of them, also where one cannot be closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#deeds.end(this.#stoppedError);
    this.#stopped?.();
    const failures: unknown[] = [];
    const attempt = (close: Promise<void> | undefined): Promise<unknown> => Promise.resolve(close).catch((error: unknown) => failures.push(error));
    for (const { reader } of this.#listening.inputs) await attempt(reader.close());
    await this.#deliveries.close(attempt);
    if (failures.length > 0) throw failures[0];
  }

  /** Takes one batch from the partition with the least frontier that has one; false if none has. */
  #step(): boolean {
    this.#sleep.look();
    if (this.#deliveries.areFull) return false;
    this.#leads.look();
    let tried: Set<Input> | undefined;
    for (;;) {
      let least: Input | undefined;
      for (const input of this.#listening.inputs) {
        const { feed } = input;
        if (feed.ended || (input.waiting && feed.rest === undefined) || feed.holds.isStopped || feed.isInLead || tried?.has(input) === true) continue;
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
        this.#sleep.wakeUp();
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
    this.#sleep.wakeUp();
  }

  #commitDue(now: number): boolean {
    const { uncommitted } = this.task;
    if (this.#requests.areApplied || this.task.holds.isStirred || this.#commitsWanted.isDue) return true;
    if (uncommitted === 0) return false;
    return uncommitted >= this.#cadence.everyEvents || now - this.#committedAt >= this.#cadence.everyMs;
  }

  /** Waits until there is something to do, or a commit is due. */
  async #wait(now: number): Promise<void> {
    const due = this.#nextDue();
    if (await this.#sleep.forMs(due - now)) this.#listening.woken(due);
  }

  /** Ends the run with an error. */
  fail(failure: unknown): void {
    this.#failure ??= failure;
    this.#sleep.wakeUp();
  }

  /** Every source has ended, and nothing waits for a person. */
  #isAtEnd(): boolean {
    return this.task.holds.size === 0 && this.#listening.inputs.every(({ feed }) => feed.isOver);
  }

  /** Does what is left to be done at the end; false where a sink then refuses its rows, and somebody has to decide. */
  async #ended(): Promise<boolean> {
    const last = this.atEnd;
    this.atEnd = undefined;
    (await last?.())?.();
    if (!this.task.runtime.sinks.some(({ onRefused }) => onRefused === 'hold')) return true;
    await this.#roomForCommit();
    await this.#deliveries.idle();
    this.#deeds.carryOut();
    return this.#isAtEnd();
  }

  async #finish(): Promise<void> {
    this.#over = true;
    this.#deeds.carryOut();
    await this.#roomForCommit();
    await this.#deliveries.finish();
    this.#deeds.carryOut();
    // Once more, so that what was delivered is not delivered again at the next start.
    await this.#roomForCommit();
  }

  readonly #stoppedError = (): Error => errors.NOT_RUNNING({ pipeline: this.task.pipeline, state: 'stopped' });

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
