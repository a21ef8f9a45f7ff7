import { errors } from '../error.ts';
import type { Range } from '../store/log.ts';
import type { KeptBlock, KeptLog } from './kept-log.ts';
import type { SubscriberMap, Subscribers } from './subscribers.ts';

/** The most subscribers of one changelog: their positions are stored together. */
export const SUBSCRIBERS_MAX = 1_000;
/** The most characters of a subscriber's name. */
export const SUBSCRIBER_NAME_MAX = 200;
/** The most changes that are read at a time. */
export const READ_MAX = 1_000;

/** How long a changelog keeps what is in it, since the commit that wrote it, in ms. */
export interface ChangelogKeeps {
  /** At least. */
  readonly keepMs: number;
  /** And so long what a subscriber has not acknowledged. */
  readonly keepUnacknowledgedMs: number;
}

/** A change, and its place in the changelog: from 0, without gaps, for ever. */
export interface Published<T> {
  readonly position: number;
  readonly change: T;
}

export interface ChangelogParts extends ChangelogKeeps {
  readonly name: string;
  readonly log: KeptLog<unknown>;
  readonly subscribers: Subscribers;
}

/**
 * Changes that are kept for others to read, each at its own pace.
 *
 * - A change is written in the commit that made it, and can be read once that is durable.
 * - What a subscriber has acknowledged it is not given again; what it has not, it is given until it has.
 * - Nothing is left out silently: who has waited until changes were gone is told so.
 */
export class Changelog {
  readonly name: string;
  readonly log: KeptLog<unknown>;
  readonly #subscribers: Subscribers;
  readonly #keeps: ChangelogKeeps;

  constructor({ name, log, subscribers, keepMs, keepUnacknowledgedMs }: ChangelogParts) {
    this.name = name;
    this.log = log;
    this.#subscribers = subscribers;
    this.#keeps = { keepMs, keepUnacknowledgedMs };
  }

  get subscribers(): SubscriberMap {
    return this.#subscribers.all;
  }

  /** Makes a subscriber known, if it is not; it begins with the oldest change there is, or behind the newest. */
  subscribe(subscriber: string, from: 'oldest' | 'newest'): Promise<void> {
    if (typeof subscriber !== 'string' || subscriber.trim() === '' || subscriber.length > SUBSCRIBER_NAME_MAX) {
      return Promise.reject(new RangeError(`the subscriber ${JSON.stringify(subscriber)}: expected a name of 1 to ${SUBSCRIBER_NAME_MAX} characters`));
    }
    if (from !== 'oldest' && from !== 'newest') return Promise.reject(new RangeError(`from: ${JSON.stringify(from)}: expected 'oldest' or 'newest'`));
    if (this.subscribers.has(subscriber)) return Promise.resolve();
    return this.#subscribers.change((now) => {
      if (now.has(subscriber)) return now;
      if (now.size >= SUBSCRIBERS_MAX) throw errors.TOO_MANY_SUBSCRIBERS({ changelog: this.name, max: SUBSCRIBERS_MAX });
      const since = from === 'oldest' ? this.log.first : this.log.end;
      return new Map(now).set(subscriber, { acknowledged: since, since });
    });
  }

  /** Forgets a subscriber: nothing is kept for it any more. */
  unsubscribe(subscriber: string): Promise<void> {
    return this.#subscribers.change((now) => {
      this.#known(now, subscriber);
      const rest = new Map(now);
      rest.delete(subscriber);
      return rest;
    });
  }

  /** How many changes the subscriber has acknowledged, or passed over when it began. UNKNOWN_SUBSCRIBER. */
  acknowledged(subscriber: string): number {
    return this.#known(this.subscribers, subscriber);
  }

  /** Whether there is anything behind what the subscriber has acknowledged. */
  hasMore(subscriber: string): boolean {
    return this.acknowledged(subscriber) < this.log.end;
  }

  /** The next changes behind what it has acknowledged, at most `max`; none where there are none. SUBSCRIBER_BEHIND. */
  read(subscriber: string, max: number): readonly Published<unknown>[] {
    if (!Number.isInteger(max) || max < 1 || max > READ_MAX) throw new RangeError(`max: ${max}: expected 1 to ${READ_MAX} changes`);
    const { name: changelog } = this;
    const acknowledged = this.acknowledged(subscriber);
    const changes: Published<unknown>[] = [];
    for (const { position, row: change } of this.log.read(acknowledged)) {
      if (changes.length === 0 && position > acknowledged) throw errors.SUBSCRIBER_BEHIND({ changelog, subscriber, acknowledged, first: position });
      changes.push({ position, change });
      if (changes.length === max) break;
    }
    return changes;
  }

  /** The subscriber has done with this change and with all before it. ACKNOWLEDGED_BACKWARDS, ACKNOWLEDGED_AHEAD. */
  acknowledge(subscriber: string, position: number): Promise<void> {
    const { name: changelog } = this;
    if (!Number.isSafeInteger(position) || position < 0) return Promise.reject(new RangeError(`position: ${position}: expected that of a change, from 0`));
    return this.#subscribers.change((now) => {
      const acknowledged = this.#known(now, subscriber);
      const { end } = this.log;
      if (position >= end) throw errors.ACKNOWLEDGED_AHEAD({ changelog, subscriber, position, end });
      // The same once more says nothing new: its answer may have been lost on the way.
      if (position === acknowledged - 1) return now;
      if (position < acknowledged) throw errors.ACKNOWLEDGED_BACKWARDS({ changelog, subscriber, position, acknowledged });
      return new Map(now).set(subscriber, { acknowledged: position + 1, since: now.get(subscriber)?.since ?? 0 });
    });
  }

  /** What of it goes with a commit at `now`, in ms since the Unix epoch. */
  disposable(now: number): Range | undefined {
    let acknowledged = Number.POSITIVE_INFINITY;
    for (const one of this.subscribers.values()) acknowledged = Math.min(acknowledged, one.acknowledged);
    const { keepMs, keepUnacknowledgedMs } = this.#keeps;
    return this.log.disposable(({ end, at }: KeptBlock) => now - at >= (end <= acknowledged ? keepMs : keepUnacknowledgedMs));
  }

  #known(now: SubscriberMap, subscriber: string): number {
    const found = now.get(subscriber);
    if (found === undefined) throw errors.UNKNOWN_SUBSCRIBER({ changelog: this.name, subscriber });
    return found.acknowledged;
  }
}
