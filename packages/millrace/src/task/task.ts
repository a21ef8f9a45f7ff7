import { errors } from '../error.ts';
import type { Backend } from '../port/backend.ts';
import type { Clock } from '../port/clock.ts';
import { Log } from '../store/log.ts';
import { takeEpoch } from '../store/meta.ts';
import { BadList } from './bad-list.ts';
import type { BadRecord } from './bad-record.ts';
import { type Feed, reasonOf } from './feed.ts';
import { GroupCommit } from './group-commit.ts';
import { LogHandle } from './log-handle.ts';
import { Moment } from './moment.ts';
import { type Undelivered, recover } from './recovery.ts';
import { StoreIds } from './store-ids.ts';
import { type Committed, commit } from './commit.ts';
import type { Host, Runtime, RuntimeSource } from './runtime.ts';
import type { BadInput, Batch } from './source.ts';

export interface TaskOptions {
  readonly pipeline: string;
  /** Where logs are; and, if `durable`, everything else. */
  readonly backend: Backend;
  readonly durable: boolean;
  readonly clock: Clock;
  readonly anyTime: boolean;
  readonly compile: (host: Host) => Runtime;
}

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
  readonly logs: GroupCommit;
  /** Results of durable commits that their sinks may not have taken yet, from before this task was opened. */
  readonly undelivered: readonly Undelivered[];
  /** The number of the last commit. */
  commitNumber: number;
  /** Events and bad records taken since the last commit. */
  uncommitted = 0;
  readonly #backend: Backend;
  readonly #clock: Clock;
  readonly #moment = new Moment();
  readonly #ids: StoreIds;
  readonly #handles = new Map<string, LogHandle<unknown>>();

  constructor(options: TaskOptions) {
    const { backend, durable, clock } = options;
    this.pipeline = options.pipeline;
    this.durable = durable;
    this.#backend = backend;
    this.#clock = clock;
    this.logs = new GroupCommit(backend, clock, takeEpoch(backend));
    this.runtime = options.compile({
      durable,
      moment: this.#moment,
      anyTime: options.anyTime,
      bad: (record) => this.#setAside(record),
      failed: (value, error) => this.#failed(value, error),
    });
    const recovered = recover(backend, options.pipeline, this.runtime);
    this.commitNumber = recovered.commit;
    this.undelivered = recovered.undelivered;
    this.#ids = new StoreIds(recovered.meta);
    this.bad = new BadList(new Log<BadRecord>(backend, this.#ids.log('bad'), 'bad'), durable);
  }

  /** The log of this name in the task's store. */
  log<T>(name: string, keep: 'processed' | 'forever'): LogHandle<T> {
    let handle = this.#handles.get(name);
    if (handle === undefined) {
      const log = new Log<unknown>(this.#backend, this.#ids.log(`source ${name}`), name);
      handle = new LogHandle(log, keep, this.logs, this.#clock);
      this.#handles.set(name, handle);
    }
    return handle as LogHandle<T>;
  }

  take(feed: Feed, batch: Batch<unknown> | BadInput): void {
    if ('bad' in batch) {
      feed.takeBad(batch);
      this.uncommitted += 1;
      return;
    }
    this.uncommitted += batch.rows.length;
    feed.take(batch);
  }

  idle(feed: Feed): void {
    if (feed.idle(this.#clock.now())) this.uncommitted += 1;
  }

  end(feed: Feed): void {
    this.uncommitted += 1;
    feed.end();
  }

  /** Makes everything since the last commit durable. Without a store it only forgets what logs no longer need. */
  commit(delivered: ReadonlyMap<string, number>): Committed {
    const committed = commit({
      number: this.commitNumber + 1,
      pipeline: this.pipeline,
      runtime: this.runtime,
      durable: this.durable,
      ids: this.#ids,
      logs: [...this.#handles.values()],
      bad: this.bad,
      delivered,
      transact: (work) => this.logs.transact(work),
    });
    this.commitNumber += 1;
    this.uncommitted = 0;
    return committed;
  }

  /** Record `offset` of this feed failed: when it is read again it goes to `bad`. */
  poison(source: string, partition: number, offset: number, reason: string): void {
    this.#source(source).feeds[partition]?.poisoned.set(offset, reason);
  }

  #source(name: string): RuntimeSource {
    return this.runtime.sources.find((source) => source.name === name) as RuntimeSource;
  }

  #setAside(record: BadRecord): void {
    this.bad.add(record);
    this.#moment.time = record.arrival;
    this.#source(record.source).bad.push(record);
  }

  #failed(value: unknown, error: unknown): void {
    const { source, partition, offset, arrival, touched } = this.#moment;
    if (touched) throw errors.EVENT_FAILED({ source, partition, offset, reason: reasonOf(error) }, error);
    const feed = this.#source(source).feeds[partition] as Feed;
    feed.setAside('threw', reasonOf(error), value, arrival);
  }
}
