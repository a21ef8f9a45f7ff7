import { type KeyPart, type KeyShape, readParts } from '../../state/key.ts';
import type { Alarm, Timed } from '../../time/frontier.ts';
import { isYes } from '../internal/answer.ts';
import { MomentKept } from '../internal/moment-kept.ts';
import { Passage } from '../internal/passage.ts';
import type { Output, Place } from '../operator.ts';
import { type Counters, type Stateful, noCounters } from '../stateful.ts';
import { Deferrals, NONE } from './deferrals.ts';

/** An event, and the later one that it waited for. */
export interface Deferred<T, By extends T = T> {
  readonly value: T;
  /** Undefined: none came in time. */
  readonly by: By | undefined;
}

export interface DeferOptions<T, K> {
  readonly name: string;
  readonly key: KeyShape<T, K>;
  /** Whether an event has waited for `later`. */
  readonly until: (value: T, later: T) => boolean;
  readonly timeoutMs: number;
  readonly durable: boolean;
}

/**
 * Lets each event wait for a later one of its key, for so long in event time at most.
 *
 * - Later is what comes after it in the order of event times, and of equal times in that of positions; when
 *   it arrives has no say. The first later event for which `until` is true ends the wait, up to and
 *   including the one at `timeout` after the event.
 * - A result leaves when the frontier proves it: when it passes the time of the event that ends the wait,
 *   or the last time at which one could. What leaves at one time: first what events end, in the order of
 *   those, then what has waited in vain, each in the order of the events that waited.
 * - It has the time, the position and the cause of its event, so the frontier behind stands at most at the
 *   oldest event that has not left.
 * - An event below the frontier is late: counted, and on `late`. It neither waits nor ends a wait.
 * - An event on which `until` throws is set aside; the one it was asked about goes on.
 */
export class Defer<T, K> implements Output<T>, Timed, Stateful {
  readonly name: string;
  readonly signature: string;
  readonly rank: number;
  readonly state: Deferrals;
  readonly counters: Counters = noCounters();
  readonly #key: KeyShape<T, K>;
  readonly #until: (value: T, later: T) => boolean;
  readonly #timeoutMs: number;
  readonly #place: Place;
  readonly #passage: Passage<Deferred<T>, number>;
  readonly #late: Output<T>;
  readonly #parts: KeyPart[];
  readonly #alarm: Alarm;
  readonly #kept = new MomentKept();

  constructor({ name, key, until, timeoutMs, durable }: DeferOptions<T, K>, place: Place, next: Output<Deferred<T>>, late: Output<T>) {
    this.name = name;
    this.signature = `defer by ${key.names?.join(',') ?? key.selectors.length} for at most ${timeoutMs}`;
    this.rank = place.rank;
    this.state = new Deferrals(name, key.selectors.length, durable);
    this.#key = key;
    this.#until = until;
    this.#timeoutMs = timeoutMs;
    this.#place = place;
    this.#passage = new Passage(place, next, (row) => `event ${this.state.numberAt(row)} that waited in '${name}'`);
    this.#late = late;
    this.#parts = key.selectors.map(() => null);
    this.#alarm = place.frontier.alarm(this);
  }

  push(value: T): void {
    const { moment, frontier, held } = this.#place;
    const { time } = moment;
    if (time < frontier.value) {
      moment.touched = true;
      this.counters.late += 1;
      this.#late.push(value);
      return;
    }
    const parts = this.#parts;
    readParts(this.#key.selectors, value, parts);
    this.state.add(parts, value, moment);
    moment.touched = true;
    if (time + 1 < this.#alarm.time) frontier.wake(this.#alarm, time + 1);
    held?.limitTo(this.state.leastTime);
  }

  revise(): void {
    throw new Error(`'${this.name}' defers facts; the plan let a changing table through`);
  }

  /** The frontier passes what is older than `to`. */
  due(to: number): void {
    const { state } = this;
    const { moment } = this.#place;
    this.#kept.keep(moment);
    while (state.nextTime < to) for (const row of state.takeNext()) this.#come(row);
    while (state.oldest !== NONE && state.timeAt(state.oldest) + this.#timeoutMs < to) this.#leave(state.oldest, undefined);
    this.#kept.bringBack(moment);
    // A step of its own, and complete: it stays when the event behind it is set aside.
    moment.touched = false;
    this.#place.held?.limitTo(state.leastTime);
    this.#arm();
  }

  memo(): unknown {
    return { counters: this.counters, number: this.state.number };
  }

  restored(memo: unknown): void {
    const { counters, number } = memo as { counters: Counters; number: number };
    Object.assign(this.counters, counters);
    const { state } = this;
    state.restored(number, this.#place.frontier.value);
    this.#place.held?.restoreHold(state.leastTime);
    this.#arm();
  }

  committed(): void {}

  /** Everything before it has come: what waited for it leaves, and it waits itself. */
  #come(row: number): void {
    const { state } = this;
    const later = state.eventAt(row) as T;
    for (let waiting = state.firstOfKey(row); waiting !== NONE; ) {
      const next = state.nextOfKey(waiting);
      if (this.#isUntil(waiting, later)) this.#leave(waiting, later);
      waiting = next;
    }
    state.wait(row);
  }

  /** Whether one that waits has waited for `later`. Where that cannot be said it is set aside, and waits no more. */
  #isUntil(row: number, later: T): boolean {
    const { poisoned } = this.#place;
    const value = this.state.eventAt(row) as T;
    let failure: unknown;
    if (poisoned.size === 0 || !poisoned.has(this.#waitOf(row))) {
      try {
        const answer: unknown = this.#until(value, later);
        return answer === true || (answer !== false && isYes(`'${this.name}'`, answer));
      } catch (error) {
        failure = error;
      }
    }
    this.#standAt(row);
    this.#place.failed(this.#waitOf(row), value, failure);
    this.state.remove(row);
    return false;
  }

  #leave(row: number, by: T | undefined): void {
    const value = this.state.eventAt(row) as T;
    this.#standAt(row);
    this.#passage.pass({ value, by }, row);
    this.state.remove(row);
  }

  /** The moment is that of an event that waits; nothing has been changed on its behalf. */
  #standAt(row: number): void {
    const { moment } = this.#place;
    this.state.momentAt(row, moment);
    moment.touched = false;
  }

  /** A wait in words, the same after a restart. */
  #waitOf(row: number): string {
    return `the wait of event ${this.state.numberAt(row)} in '${this.name}'`;
  }

  /** The frontier has to come by for what has come, and for the oldest that waits. */
  #arm(): void {
    const { state } = this;
    const { frontier } = this.#place;
    const timesOut = state.oldest === NONE ? Number.POSITIVE_INFINITY : state.timeAt(state.oldest) + this.#timeoutMs;
    const time = Math.min(state.nextTime, timesOut) + 1;
    if (time < this.#alarm.time) frontier.wake(this.#alarm, time);
  }
}
