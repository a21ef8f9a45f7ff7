import type { BadRecord } from './bad-record.ts';
import type { HoldBook } from './hold-book.ts';
import type { HoldOwner, HoldWaits, KeptHold, Resolution } from './hold.ts';
import type { Moment } from './moment.ts';

/** What becomes of a record on which a function of the user throws. */
export type OnThrow = 'bad' | 'hold' | 'stop';

/** Hold when more than this share of the last so many records was bad. */
export interface OnBad {
  readonly holdAbove: number;
  readonly ofLast: number;
}

/** What a partition does about input that is wrong. */
export interface FeedPolicy {
  readonly book: HoldBook;
  readonly onThrow: OnThrow;
  readonly onBad: OnBad | undefined;
  /** Rows that failed after something had been changed, with the reason. */
  readonly poisonedRows: ReadonlyMap<string, string>;
  /** Which operator threw an error, where that is known. */
  readonly thrower: (error: unknown) => string;
}

/** What a partition's holds need of it. */
export interface HeldFeed {
  readonly source: string;
  readonly partition: number;
  /** A record that waited is tried again. */
  retry(waits: HoldWaits, row: string, operator: string): void;
  /** A record that waited is none, or a row is not to be. */
  discard(waits: HoldWaits, reason: string, isRecord: boolean): void;
}

/** As JSON in a commit. */
export interface FeedHoldsSnapshot {
  /** Places of the bad records that still count. */
  readonly bad: readonly number[];
  readonly indifferent: boolean;
  readonly waiting: number;
}

/**
 * The holds that a partition's own input makes: too much that is bad, and records that a function threw on.
 *
 * A rate is judged by places in the partition, so batches change nothing: the records before the first one
 * count as good.
 */
export class FeedHolds implements HoldOwner {
  readonly policy: FeedPolicy;
  /** Records that wait in holds: read, and neither events nor bad yet. */
  waiting = 0;
  readonly #feed: HeldFeed;
  readonly #moment: Moment;
  readonly #owner: string;
  #bad: number[] = [];
  /** A person has decided that nobody is to be asked about bad records any more. */
  #isIndifferent = false;

  constructor(policy: FeedPolicy, feed: HeldFeed, moment: Moment) {
    this.policy = policy;
    this.#feed = feed;
    this.#moment = moment;
    this.#owner = `source ${feed.source} ${feed.partition}`;
    policy.book.owns(this.#owner, this);
  }

  /** Whether the partition is not to be read. */
  get isStopped(): boolean {
    return this.policy.book.isStopped(this.#feed.source, this.#feed.partition);
  }

  /** A function threw on the record of now, and nothing had been changed: it waits. */
  threw(value: unknown, raw: string, operator: string, error: string): void {
    const { time, arrival, source, partition, offset } = this.#moment;
    const evidence = { operator, source, partition, offset, error, raw, row: undefined };
    const waits: HoldWaits = { value, time, arrival, source, partition, offset };
    this.waiting += 1;
    this.policy.book.raise(this.#owner, { scope: this.#scope(), reason: 'threw', evidence, choices: ['retry', 'discard', 'wait'], waits });
  }

  /** A function threw on a row that was made of several records: it can only be set aside. */
  rowThrew(row: string, { raw, message }: Pick<BadRecord, 'raw' | 'message'>, operator: string): void {
    const { time, arrival, source, partition, offset } = this.#moment;
    const evidence = { operator, source, partition, offset, error: message, raw, row };
    this.policy.book.raise(this.#owner, { scope: this.#scope(), reason: 'threw', evidence, choices: ['discard', 'wait'], waits: { value: raw, time, arrival, source, partition, offset } });
  }

  /** A record at this place was set aside. */
  setAside(place: number, message: string): void {
    const { onBad, book } = this.policy;
    if (onBad === undefined || this.#isIndifferent) return;
    this.#bad.push(place);
    while ((this.#bad[0] as number) <= place - onBad.ofLast) this.#bad.shift();
    const bad = this.#bad.length;
    if (bad <= onBad.holdAbove * onBad.ofLast) return;
    const evidence = { bad, of: onBad.ofLast, share: bad / onBad.ofLast, last: message };
    this.#bad = [];
    book.raise(this.#owner, { scope: this.#scope(), reason: 'bad-input-rate', evidence, choices: ['proceed', 'discard', 'wait'] });
  }

  /** The program went back to one commit too often because of records of this partition. */
  reopened(times: number, offset: number, error: string): void {
    const { source, partition } = this.#feed;
    const evidence = { source, partition, offset, times, error };
    this.policy.book.raise(this.#owner, { scope: this.#scope(), reason: 'reopenings', evidence, choices: ['proceed', 'wait'] });
  }

  resolve({ id, reason, evidence, waits }: KeptHold, { choice }: Resolution): void {
    if (reason === 'bad-input-rate') this.#isIndifferent = choice === 'discard';
    if (reason !== 'threw' || waits === undefined) return;
    const isRecord = evidence.row === undefined;
    if (isRecord) this.waiting -= 1;
    if (choice === 'retry') this.#feed.retry(waits, `the record of hold ${id}`, evidence.operator);
    else this.#feed.discard(waits, evidence.error, isRecord);
  }

  snapshot(): FeedHoldsSnapshot | undefined {
    const { waiting } = this;
    return this.#bad.length === 0 && !this.#isIndifferent && waiting === 0 ? undefined : { bad: [...this.#bad], indifferent: this.#isIndifferent, waiting };
  }

  restored({ bad, indifferent, waiting }: FeedHoldsSnapshot): void {
    this.#bad = [...bad];
    this.#isIndifferent = indifferent;
    this.waiting = waiting;
  }

  #scope(): { readonly kind: 'partition'; readonly source: string; readonly partition: number } {
    const { source, partition } = this.#feed;
    return { kind: 'partition', source, partition };
  }
}
