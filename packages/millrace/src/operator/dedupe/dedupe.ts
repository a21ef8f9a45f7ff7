import type { Duration } from '../../time/duration.ts';
import type { Output, Place } from '../operator.ts';
import { type Counters, type Stateful, noCounters } from '../stateful.ts';
import type { EventId } from './id-bytes.ts';
import type { Contents } from './contents.ts';
import { ADDED, REPEATED, Seen } from './seen.ts';

export interface DedupeOptions<T> {
  readonly name: string;
  readonly id: (value: T) => EventId;
  /** How long an id is remembered, in ms of event time. */
  readonly forMs: Duration;
  /** Where contents are compared: how their digests are made, and how long those are. */
  readonly contents?: { readonly digests: Contents<T>; readonly bytes: number } | undefined;
}

/**
 * Passes the first event of each id, exactly.
 *
 * - An event at t repeats one at t' if their ids are equal, t and t' are less than the retention
 *   apart, and t' is not older than the frontier less the retention. Times are compared, not what
 *   happens to be still in memory.
 * - An event older than the frontier less the retention cannot be judged: it is late.
 * - Where contents are compared, an event that repeats the id of others and the content of none of them
 *   is no repetition but a conflict: counted, and on `conflicts`. It is not remembered.
 */
export class Dedupe<T> implements Output<T>, Stateful {
  readonly name: string;
  readonly signature: string;
  readonly state: Seen;
  readonly counters: Counters = noCounters();
  readonly #idOf: (value: T) => EventId;
  readonly #retention: Duration;
  readonly #place: Place;
  readonly #next: Output<T>;
  readonly #late: Output<T>;
  readonly #conflicts: Output<T>;
  readonly #contents: Contents<T> | undefined;

  constructor(options: DedupeOptions<T>, place: Place, next: Output<T>, late: Output<T>, conflicts: Output<T>) {
    const { contents } = options;
    this.name = options.name;
    this.signature = `dedupe for ${options.forMs} ms${contents === undefined ? '' : ', contents compared'}`;
    this.state = new Seen(options.forMs, contents?.bytes);
    this.#contents = contents?.digests;
    this.#conflicts = conflicts;
    this.#idOf = options.id;
    this.#retention = options.forMs;
    this.#place = place;
    this.#next = next;
    this.#late = late;
  }

  push(value: T): void {
    const { moment, frontier } = this.#place;
    const { time } = moment;
    const horizon = frontier.value - this.#retention;
    if (time < horizon) {
      this.counters.late += 1;
      moment.touched = true;
      this.#late.push(value);
      return;
    }
    const verdict = this.state.add(this.#idOf(value), time, horizon, this.#contents?.of(value));
    if (verdict === ADDED) this.#pass(value);
    else if (verdict === REPEATED) this.counters.duplicates += 1;
    else {
      this.counters.conflicts += 1;
      moment.touched = true;
      this.#conflicts.push(value);
    }
    moment.touched = true;
  }

  /** An event that fails behind has not happened, where nothing else has changed: its id is free again. */
  #pass(value: T): void {
    try {
      this.#next.push(value);
    } catch (error) {
      if (!this.#place.moment.touched) this.state.takeBack();
      throw error;
    }
  }

  revise(): void {
    throw new Error(`'${this.name}' deduplicates facts; the plan let a changing table through`);
  }

  memo(): unknown {
    return { counters: this.counters };
  }

  restored(memo: unknown): void {
    Object.assign(this.counters, (memo as { counters: Counters }).counters);
  }

  committed(): void {}
}
