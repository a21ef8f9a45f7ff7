import type { Backend } from '../port/backend.ts';
import type { Clock } from '../port/clock.ts';
import { traced } from '../port/commit-trace.ts';
import { Log } from '../store/log.ts';
import { takeEpoch } from '../store/meta.ts';
import { Settler } from '../time/settler.ts';
import { BadList } from './bad-list.ts';
import type { Decision, DecisionRecord } from './decision.ts';
import { DecisionList } from './decision-list.ts';
import type { BadRecord } from './bad-record.ts';
import { reasonOf } from '../reason.ts';
import { type FailedEvent, eventFailure, isFatal, isOfTheData } from './event-failure.ts';
import { type FeedOf, Failures } from './failures.ts';
import type { Feed } from './feed.ts';
import { GroupCommit } from './group-commit.ts';
import { HoldBook } from './hold-book.ts';
import type { LogHandle } from './log-handle.ts';
import { LogHandles } from './log-handles.ts';
import { Moment, NO_TIMER } from './moment.ts';
import { type Undelivered, recover } from './recovery.ts';
import type { Failing } from './retry.ts';
import { Changelog } from './changelog.ts';
import { CorrectionBook, storable } from './corrections.ts';
import { KeptLog } from './kept-log.ts';
import { type StoreIds, changelogLog } from './store-ids.ts';
import { Subscribers } from './subscribers.ts';
import { upgrade, versionsOf } from './upgrade.ts';
import { type CommitInput, type Committed, commit } from './commit.ts';
import type { Rebuilt } from './rebuilt.ts';
import type { Runtime, RuntimeChangelog, RuntimeSource } from './runtime.ts';
import type { BadInput, Batch } from './source.ts';
import type { TaskOptions } from './task-options.ts';

/**
 * The synchronous core: takes batches, changes state, commits all of it at once.
 *
 * Opening it is recovering it: after a crash, and at the first start, it is as of the last commit.
 * A failed commit, and an event that failed after something had changed, leave it unusable: whoever
 * runs it opens another one on the same backend, which is the path of kill -9.
 */
export class Task {
  readonly pipeline: string;
  readonly runtime: Runtime;
  readonly durable: boolean;
  readonly bad: BadList;
  readonly decisions: DecisionList;
  readonly holds: HoldBook;
  readonly changelogs: readonly Changelog[];
  readonly corrections: CorrectionBook;
  readonly logs: GroupCommit;
  /** Results of durable commits that their sinks may not have taken yet, from before this task was opened. */
  readonly undelivered: readonly Undelivered[];
  commitNumber: number;
  /** Events, bad records and deliveries since the last commit. */
  uncommitted = 0;
  /** The sinks that are tried again. */
  failing: () => readonly Failing[] = () => [];
  /** Set where the last commit could not be written because of what has come: nothing of it is stored. */
  unwritable: { readonly error: unknown } | undefined;
  isCareful = false;
  /** Of the record, or of the first one of the batch, that was taken last since the last commit. */
  #lastFeed: Feed | undefined;
  #lastOffset = 0;
  readonly #backend: Backend;
  readonly #clock: Clock;
  readonly #moment = new Moment();
  readonly #settler: Settler = new Settler();
  readonly #failures = new Failures();
  readonly #ids: StoreIds;
  readonly #handles: LogHandles;

  constructor(options: TaskOptions) {
    const { backend, durable, clock, say } = options;
    [this.pipeline, this.durable, this.#backend, this.#clock] = [options.pipeline, durable, backend, clock];
    this.logs = new GroupCommit(backend, clock, takeEpoch(backend), (line) => say?.('STORE_FULL', line));
    this.holds = new HoldBook(this.#moment, durable);
    this.corrections = new CorrectionBook(this.#settler, durable);
    this.runtime = options.compile({
      durable,
      moment: this.#moment,
      settler: this.#settler,
      anyTime: options.anyTime,
      batch: options.batch ?? false,
      mute: options.mute ?? false,
      ...(options.anew !== undefined && { anew: options.anew }),
      bad: (record) => this.#setAside(record),
      poisoned: this.#failures.rows,
      failed: (row, value, error) => this.#failed(row, value, error),
      decided: (feed, decision) => this.#decided(feed, decision),
      holds: this.holds,
      corrections: this.corrections,
    });
    upgrade(backend, this.runtime, { ...options, holds: this.holds, transact: (work) => this.logs.transact(work), told: (line) => say?.('UPGRADED', line) });
    const recovered = recover(backend, this.runtime, this.holds, durable ? options.hotKeys : undefined, versionsOf(options.upgrades), options.anew);
    this.commitNumber = recovered.commit;
    this.undelivered = recovered.undelivered;
    this.#ids = recovered.ids;
    this.#handles = new LogHandles(backend, this.#ids, this.logs, clock);
    this.bad = new BadList(new Log<BadRecord>(backend, this.#ids.log('bad'), 'bad'), durable);
    this.decisions = new DecisionList(new Log<DecisionRecord>(backend, this.#ids.log('decisions'), 'decisions'), durable);
    this.corrections.opened(new KeptLog(new Log(backend, this.#ids.log('corrections'), 'corrections'), durable, storable), this.commitNumber);
    this.changelogs = this.runtime.changelogs.map((one) => this.#changelog(one));
  }

  #changelog({ name, spec, output }: RuntimeChangelog): Changelog {
    const id = this.#ids.log(changelogLog(name));
    const log = new KeptLog(new Log<unknown>(this.#backend, id, `changelog ${name}`), this.durable);
    output.opened(log);
    return new Changelog({ ...spec, name, log, subscribers: new Subscribers(this.#backend, id, this.durable, this.logs) });
  }

  /** Whether the store does not know yet under which number something is kept. */
  get hasNewNames(): boolean {
    return this.#ids.areNew;
  }

  now(): number {
    return this.#clock.now();
  }

  /** In the task's store. */
  log<T>(name: string, keep?: 'processed' | 'forever'): LogHandle<T> {
    return this.#handles.get(name, keep);
  }

  /** The names of the logs that have been asked for: once the sources are open, those of the sources that are logs. */
  logNames(): Iterable<string> {
    return this.#handles.names();
  }

  take(feed: Feed, batch: Batch<unknown> | BadInput): void {
    this.#lastFeed = feed;
    this.#lastOffset = feed.offset;
    const isGapless = this.#source(feed.source).spec.gapless === true;
    if ('bad' in batch) {
      if (isGapless && batch.position !== undefined) feed.positions.take([batch.position]);
      feed.takeBad(batch);
      this.uncommitted += 1;
      return;
    }
    if (isGapless && batch.offsets !== undefined) feed.positions.take(batch.offsets);
    this.uncommitted += batch.rows.length;
    feed.take(batch);
  }

  /** The partition has had nothing to give for so long that the clock has a say. */
  idle(feed: Feed): void {
    for (const decision of feed.verdicts(this.#clock.now())) this.decide(feed, decision);
  }

  /** A clock or a person has decided, here in the input: written down, and carried out. No feed: it concerns more than one partition. */
  decide(feed: Feed | undefined, decision: Decision): void {
    this.#moment.arrival = this.#clock.now();
    this.#decided(feed, decision);
    this.uncommitted += 1;
    if (decision.kind !== 'resolved' || this.holds.get(decision.hold) === undefined) return feed?.decide(decision);
    const feeds = this.runtime.sources.flatMap((source) => source.feeds);
    const stopped = feeds.filter(({ holds }) => holds.isStopped);
    this.holds.resolve(decision.hold, decision);
    for (const one of stopped) if (!one.holds.isStopped) one.released();
  }

  /** What a state had said otherwise, before it was counted anew as this version, leaves. */
  correct(version: string, work: () => void): void {
    Object.assign(this.#moment, { timer: this.#clock.now(), version });
    work();
    this.#settler.drain();
    Object.assign(this.#moment, { timer: NO_TIMER, version: undefined });
  }

  /** What a hold had kept of a batch is taken now. */
  takeRest(feed: Feed): void {
    feed.takeRest();
  }

  /** A sink does not take its rows from `first` to `end`: it is held. */
  refused(sink: string, first: number, end: number, error: string): void {
    this.#moment.arrival = this.#clock.now();
    this.uncommitted += 1;
    this.holds.raise(`sink ${sink}`, { scope: { kind: 'sink', sink }, reason: 'sink-refused', evidence: { sink, first, end, error }, choices: ['retry', 'discard', 'wait'] });
  }

  /** It went back to this commit too often, the last time because of this event. */
  reopened(times: number, { source, partition, offset, reason }: FailedEvent): void {
    this.#moment.arrival = this.#clock.now();
    this.uncommitted += 1;
    this.#feed(source, partition)?.holds.reopened(times, offset, reason);
  }

  end(feed: Feed): void {
    this.uncommitted += 1;
    this.#moment.arrival = this.#clock.now();
    feed.end();
  }

  /** Makes everything since the last commit durable. Without a store it only forgets what logs no longer need. */
  commit(delivered: ReadonlyMap<string, number>, rebuilt?: Rebuilt): Committed {
    const number = this.commitNumber + 1;
    const input: CommitInput = {
      number,
      pipeline: this.pipeline,
      runtime: this.runtime,
      durable: this.durable,
      ids: this.#ids,
      logs: this.#handles.all(),
      bad: this.bad,
      decisions: this.decisions,
      holds: this.holds,
      changelogs: this.changelogs,
      corrections: this.corrections,
      now: this.#clock.now(),
      delivered,
      rebuilt,
      transact: (work) => this.logs.transact(work),
    };
    const committed = this.durable ? traced({ pipeline: this.pipeline, commit: number }, () => this.#write(input)) : this.#write(input);
    this.commitNumber = number;
    this.uncommitted = 0;
    this.#lastFeed = undefined;
    if (this.isCareful) this.careful(false);
    return committed;
  }

  #write(input: CommitInput): Committed {
    let isEncoded = false;
    const transact: CommitInput['transact'] = (work) => {
      isEncoded = true;
      input.transact(work);
    };
    try {
      return commit({ ...input, transact });
    } catch (error) {
      if (isOfTheData(error, isEncoded)) this.unwritable = { error };
      throw error;
    }
  }

  /** Whether what a sink cannot have fails with what made it, up to the next commit; it costs a block per row. */
  careful(isCareful: boolean): void {
    this.isCareful = isCareful;
    for (const { output } of this.runtime.sinks) output.careful(isCareful);
  }

  /** The one record since the last commit, as one that failed; undefined where there was none, or it has failed before. */
  lastFailed(error: unknown): FailedEvent | undefined {
    const feed = this.#lastFeed;
    const offset = this.#lastOffset;
    if (feed === undefined || feed.poisoned.has(offset)) return undefined;
    return { source: feed.source, partition: feed.partition, offset, reason: reasonOf(error) };
  }

  /** A record or a row has failed: when it comes again it goes to `bad`. */
  poison(failed: FailedEvent): void {
    this.#failures.add(failed, this.#feed);
  }

  /** What failed in `former`, which has not committed it, will come again here. */
  poisonAs(former: Task): void {
    this.#failures.addAll(former.#failures, former.runtime.sources.flatMap(({ feeds }) => feeds), this.#feed);
  }

  #source(name: string): RuntimeSource {
    return this.runtime.sources.find((source) => source.name === name) as RuntimeSource;
  }

  readonly #feed: FeedOf = (source, partition) => this.#source(source).feeds[partition];

  #decided(feed: Feed | undefined, decision: Decision): number {
    const { source, partition } = feed ?? { source: undefined, partition: undefined };
    const at = this.runtime.sources.flatMap(({ feeds }) => feeds.map(({ offset }) => offset));
    return this.decisions.add({ source, partition, at, clock: this.#moment.arrival, decision });
  }

  #setAside(record: BadRecord): void {
    const { source, partition, offset, arrival, message } = record;
    const name = `the bad record ${offset} of source '${source}' (partition ${partition}), '${message}',`;
    this.bad.add(record);
    this.#moment.time = arrival;
    this.#moment.touched = false;
    let failure = this.#failures.rows.get(name);
    try {
      if (failure === undefined) this.#source(source).bad.push(record);
    } catch (error) {
      if (this.#moment.touched || isFatal(error)) throw eventFailure(this.#moment, error, name);
      failure = reasonOf(error);
    }
    // What reads `bad` could not take it: that is told beside it, and not sent there again.
    if (failure !== undefined) this.bad.add({ ...record, reason: 'threw', message: failure });
  }

  #failed(row: string, value: unknown, error: unknown): void {
    const { source, partition, arrival, touched } = this.#moment;
    const feed = this.#feed(source, partition) as Feed;
    if (touched || isFatal(error)) throw feed.failure(error, row);
    this.#moment.arrival = arrival;
    const reason = this.#failures.rows.get(row);
    if (reason === undefined) feed.rowThrew(row, value, reasonOf(error), feed.holds.policy.thrower(error));
    else feed.rowThrew(row, value, reason, this.#failures.operatorOf(row));
  }
}
