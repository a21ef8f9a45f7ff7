import type { KeyPart } from '../../state/key.ts';
import type { State } from '../../state/state.ts';
import { NO_TIMER } from '../../task/moment.ts';
import { END, type Timed } from '../../time/frontier.ts';
import { AsOfInput, type AsOfInputOptions } from '../internal/as-of-input.ts';
import type { Asking } from '../internal/asking-rows.ts';
import type { Output, Place } from '../operator.ts';
import type { Counters, Stateful } from '../stateful.ts';
import type { VersionSet } from '../versioned/versioned.ts';
import type { Versions } from '../versioned/versions.ts';
import { type Missing, type Unjoined, missingText, waitMsOf, withoutRow } from './missing.ts';
import { Waiting } from './waiting.ts';

export interface AsOfOptions<T, K, V> extends AsOfInputOptions<T, K> {
  readonly missing: Missing;
  /** Makes the result of an event; `row` is undefined where there is none. */
  readonly combine: (event: T, row: unknown) => V;
  /** The whole table as of a time, for a join with all of it. */
  readonly view: ((time: number) => unknown) | undefined;
  readonly durable: boolean;
}

export interface AsOfOutputs<T, V> {
  readonly next: Output<V>;
  readonly late: Output<T>;
  readonly bad: Output<Unjoined<T>>;
}

interface AsOfMemo {
  readonly counters: Counters;
  readonly number: number;
  /** Where the frontier behind it stood; null: at the end. */
  readonly behind: number | null;
}

/**
 * Joins each event with what a versioned table held at a time: one result for each event, for good.
 *
 * - An event waits until the frontier of the table is past the time it asks for; then nothing can
 *   come any more that held at that time. What waits is durable. Results leave in the order in which
 *   that is reached, and of one frontier in the order of the events; each at its event's own time.
 * - The frontier behind the join is held by the oldest event that waits.
 * - Where there is no row, `missing` decides.
 */
export class AsOf<T, K, V> extends AsOfInput<T, K> implements Timed, Stateful {
  readonly signature: string;
  readonly state: State;
  readonly #options: AsOfOptions<T, K, V>;
  readonly #waitMs: number;
  readonly #outputs: AsOfOutputs<T, V>;
  readonly #waiting: Waiting;

  constructor(options: AsOfOptions<T, K, V>, versions: Versions, place: Place, outputs: AsOfOutputs<T, V>) {
    const { name, key, missing, view, durable } = options;
    super(options, versions, place, outputs.late);
    this.signature = `join as of by ${view === undefined ? (key.names?.join(',') ?? key.selectors.length) : 'all'}, missing: ${missingText(missing)}`;
    this.#options = options;
    this.#waitMs = waitMsOf(missing);
    this.#outputs = outputs;
    this.#waiting = new Waiting(name, key.selectors.length, durable);
    this.state = this.#waiting.state;
  }

  protected override asks(parts: readonly KeyPart[], event: T, time: number, at: number): void {
    if (at < this.frontier.value) {
      if (!this.#joined(parts, event, at) && !this.#awaitRow(parts, event, time, at, this.frontier.value, undefined)) this.#withoutRow(event, at);
      return;
    }
    const waiter = this.#waiting.add(parts, event, time, at, at + 1);
    this.#wakeAt(waiter, at + 1);
    this.#hold();
    this.place.moment.touched = true;
  }

  /** The table's frontier has reached a time that somebody waits for. */
  due(time: number): void {
    const { moment } = this.place;
    const waiting = this.#waiting;
    for (const waiter of waiting.take(time)) {
      moment.timer = time;
      moment.time = waiting.timeOf(waiter);
      moment.touched = false;
      this.#leave(waiter, time);
    }
    moment.timer = NO_TIMER;
    // A step of its own, and complete: it stays when the event behind it is set aside.
    moment.touched = false;
    waiting.forget(time);
    this.#hold();
  }

  memo(): unknown {
    const behind = this.place.held?.value ?? END;
    return { counters: this.counters, number: this.#waiting.number, behind: behind === END ? null : behind } satisfies AsOfMemo;
  }

  restored(memo: unknown): void {
    const { counters, number, behind } = memo as AsOfMemo;
    Object.assign(this.counters, counters);
    const waiting = this.#waiting;
    for (const waiter of waiting.restored(number)) {
      this.#wakeAt(waiter, waiting.dueOf(waiter));
      if (!waiting.isRowless(waiter)) continue;
      waiting.awaitRow(waiter);
      this.#wakeForRow(waiter, waiter.space.partsAt(waiter.row));
    }
    for (const end of waiting.ends()) this.frontier.at(end, this);
    this.place.held?.restoreHold(waiting.oldest, behind ?? END);
  }

  committed(): void {}

  /** One that has waited leaves, or waits on. One that fails is set aside, and the others leave all the same. */
  #leave(waiter: Asking, time: number): void {
    const waiting = this.#waiting;
    const { poisoned } = this.place;
    const event = waiting.eventOf(waiter) as T;
    const at = waiting.atOf(waiter);
    const parts = waiter.space.partsAt(waiter.row);
    const name = `the event ${waiting.numberOf(waiter)} that waited in '${this.name}'`;
    try {
      if (poisoned.size > 0 && poisoned.has(name)) this.place.failed(name, event, undefined);
      else if (!this.#joined(parts, event, at, time)) {
        // Woken by a row that was not for it.
        if (time < waiting.dueOf(waiter)) return;
        if (!this.#awaitRow(parts, event, waiting.timeOf(waiter), at, time, waiter)) this.#withoutRow(event, at);
      }
    } catch (error) {
      this.place.failed(name, event, error);
    }
    waiting.done(waiter);
  }

  /** Joins it with what held, or with the first row after that: false if there is none that is known, up to `frontier`. */
  #joined(parts: readonly KeyPart[], event: T, at: number, frontier: number = this.frontier.value): boolean {
    const { combine, view } = this.#options;
    const { next } = this.#outputs;
    if (view !== undefined) {
      next.push(combine(event, view(at)));
      return true;
    }
    const key = this.versions.find(parts);
    let row = this.versions.at(key, at)?.value;
    if (row === undefined && this.#waitMs > 0) {
      const after = this.versions.after(key, at);
      if (after !== undefined && after.time <= at + this.#waitMs && after.time < frontier) row = after.value;
    }
    if (row === undefined) return false;
    next.push(combine(event, row));
    return true;
  }

  /** There is no row: false unless it waits for one, from now on. */
  #awaitRow(parts: readonly KeyPart[], event: T, time: number, at: number, frontier: number, former: Asking | undefined): boolean {
    const waiting = this.#waiting;
    const due = at + this.#waitMs + 1;
    if (this.#waitMs === 0 || due <= frontier || (former !== undefined && waiting.isRowless(former))) return false;
    const waiter = waiting.add(parts, event, time, at, due, former === undefined ? waiting.number : waiting.numberOf(former));
    this.#wakeAt(waiter, due);
    waiting.awaitRow(waiter);
    this.#wakeForRow(waiter, parts);
    this.#hold();
    this.place.moment.touched = true;
    return true;
  }

  #withoutRow(event: T, at: number): void {
    const { missing, combine } = this.#options;
    const { next, bad } = this.#outputs;
    const what = withoutRow(missing);
    if (what === 'null') return next.push(combine(event, undefined));
    this.counters.missing = (this.counters.missing ?? 0) + 1;
    this.place.moment.touched = true;
    if (what === 'bad') bad.push({ event, at, reason: this.#waitMs > 0 ? 'timed-out' : 'no-row' });
  }

  /** A row has come: those that may get it are looked at once nothing older can come any more. */
  protected override rowSet({ parts, time }: VersionSet): void {
    for (const waiter of this.#waiting.awaiting(parts)) {
      if (time > this.#waiting.atOf(waiter) && time + 1 < this.#waiting.dueOf(waiter)) this.#wakeAt(waiter, time + 1);
    }
  }

  /** The row it waits for may be there already, and only the frontier not. */
  #wakeForRow(waiter: Asking, parts: readonly KeyPart[]): void {
    const after = this.versions.after(this.versions.find(parts), this.#waiting.atOf(waiter));
    if (after !== undefined && after.time + 1 < this.#waiting.dueOf(waiter)) this.#wakeAt(waiter, after.time + 1);
  }

  #wakeAt(waiter: Asking, due: number): void {
    if (!this.#waiting.wake(waiter, due)) return;
    this.frontier.at(due, this);
    this.frontier.at(this.#waiting.endOf(waiter), this);
  }

  #hold(): void {
    this.place.held?.hold(this.#waiting.oldest);
  }
}
