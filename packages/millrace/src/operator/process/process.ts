import { assert } from '../../assert.ts';
import { errors } from '../../error.ts';
import type { KeyPart, KeyShape } from '../../state/key.ts';
import { rawText } from '../../task/bad-record.ts';
import { NO_TIMER } from '../../task/moment.ts';
import type { Timed } from '../../time/frontier.ts';
import type { Output, Place } from '../operator.ts';
import { type Counters, type Stateful, noCounters } from '../stateful.ts';
import type { ProcessContext, ProcessSteps } from './context.ts';
import { KeyedState } from './keyed-state.ts';
import { RowHeap } from '../internal/row-heap.ts';

export interface ProcessOptions<T, K, S, Out> {
  readonly name: string;
  readonly key: KeyShape<T, K>;
  readonly durable: boolean;
  readonly steps: ProcessSteps<T, K, S, Out>;
}

/** The most timers a key may have at a time. */
export const TIMERS_MAX = 1000;

/** Fewer timers that were called off than this are not worth putting in the others anew. */
const CALLED_OFF_MIN = 1024;

const none: readonly number[] = Object.freeze([]);

/**
 * Functions of the user's own over the events of a key, with state and timers in event time.
 *
 * - A timer fires when the frontier reaches its time, which is when everything older has been seen;
 *   timers of one time in the order in which their keys first came. What it emits is at its time.
 * - A timer for a time that the frontier has reached already fires at once, behind the function that
 *   set it; what it emits is then not older than what was being processed.
 * - State is touched before the user sees it, so it may be changed in place.
 */
export class Process<T, K, S, Out> implements Output<T>, Timed, Stateful {
  readonly name: string;
  readonly signature: string;
  readonly rank: number;
  readonly state: KeyedState;
  /** It is given everything: all stay 0. */
  readonly counters: Counters = noCounters();
  readonly #key: KeyShape<T, K>;
  readonly #steps: ProcessSteps<T, K, S, Out>;
  readonly #place: Place;
  readonly #next: Output<Out>;
  readonly #parts: KeyPart[];
  readonly #context: ProcessContext<K, S, Out>;
  /** All that are set and not yet due, and some that were called off. */
  readonly #timers = new RowHeap();
  /** How many of those. */
  #calledOff = 0;
  /** The earliest time for which this has asked to be told: not later than that of the first timer. */
  #asked: number = Number.POSITIVE_INFINITY;
  /** The call has set a timer for a time that is over. */
  #hasOverdue = false;
  /** Whose call it is: the key's parts, its row or -1, and the time of what is emitted. */
  #callParts: readonly KeyPart[] = [];
  #row = -1;
  #time: number = Number.NaN;
  /** The time of the timer that fires; NO_TIMER: an event. */
  #firing: number = NO_TIMER;
  #active = false;

  constructor({ name, key, durable, steps }: ProcessOptions<T, K, S, Out>, place: Place, next: Output<Out>) {
    this.name = name;
    this.signature = `process by ${key.names?.join(',') ?? key.selectors.length}`;
    this.rank = place.rank;
    this.state = new KeyedState(name, key.selectors.length, durable);
    this.#key = key;
    this.#steps = steps;
    this.#place = place;
    this.#next = next;
    this.#parts = key.selectors.map(() => null);
    this.#context = this.#makeContext();
  }

  push(value: T): void {
    const { moment } = this.#place;
    const { time } = moment;
    const parts = this.#parts;
    const { selectors } = this.#key;
    for (let i = 0; i < parts.length; i += 1) parts[i] = (selectors[i] as (value: T) => KeyPart)(value);
    this.#callParts = parts;
    this.#row = this.state.find(parts);
    this.#time = time;
    this.#firing = NO_TIMER;
    this.#hasOverdue = false;
    this.#active = true;
    try {
      this.#steps.on(value, this.#context);
    } finally {
      this.#active = false;
    }
    if (this.#hasOverdue) this.#fireOverdue(time);
    moment.time = time;
    this.#tidy();
  }

  revise(): void {
    throw new Error(`'${this.name}' processes facts; the plan let a changing table through`);
  }

  /** The frontier reached a time for which timers may be set. */
  due(time: number): void {
    const timers = this.#timers;
    const { moment } = this.#place;
    // What is asked for meanwhile is later than this: the first of it is asked for when all are through.
    this.#asked = Number.NEGATIVE_INFINITY;
    if (timers.next === time) {
      moment.timer = time;
      while (timers.next === time) this.#fire(timers.take(), time, time, true);
      moment.timer = NO_TIMER;
      // A step of its own, and complete: it stays when the event behind it is set aside.
      moment.touched = false;
      this.#tidy();
    }
    this.#asked = Number.POSITIVE_INFINITY;
    this.#ask(timers.next);
  }

  memo(): unknown {
    return { counters: this.counters };
  }

  restored(memo: unknown): void {
    Object.assign(this.counters, (memo as { counters: Counters }).counters);
    this.#setAll();
  }

  committed(): void {}

  /** A timer fires, if it is still set, and is gone. One that fails is set aside, and the others fire all the same. */
  #fire(row: number, time: number, emitAt: number, isStep: boolean): void {
    const timers = this.state.timersAt(row);
    if (!timers.includes(time)) {
      this.#calledOff -= 1;
      return;
    }
    this.state.touch(row);
    this.state.setTimers(row, without(timers, time));
    const { moment, poisoned, settler } = this.#place;
    this.#callParts = this.state.partsAt(row);
    this.#row = row;
    this.#time = emitAt;
    this.#firing = time;
    moment.time = emitAt;
    moment.touched = false;
    this.#active = true;
    try {
      if (poisoned.size > 0 && poisoned.has(this.#nameOf(time))) this.#place.failed(this.#nameOf(time), this.#value(time), undefined);
      else this.#steps.timer?.(time, this.#context);
      // What one timer brings when the frontier passes is a step of its own, also where several fire at one time.
      if (isStep && settler.pending) settler.drain();
    } catch (error) {
      this.#place.failed(this.#nameOf(time), this.#value(time), error);
    } finally {
      this.#active = false;
    }
  }

  #isOverdue(): boolean {
    return this.#row >= 0 && this.#reached(this.state.timersAt(this.#row)[0] ?? Number.POSITIVE_INFINITY);
  }

  /** What the call has set for a time that is over; each may set more. */
  #fireOverdue(time: number): void {
    while (this.#isOverdue()) {
      const due = this.state.timersAt(this.#row)[0] as number;
      this.#fire(this.#row, due, Math.max(due, time), false);
    }
    this.#place.moment.touched = true;
  }

  #reached(time: number): boolean {
    const { frontier } = this.#place;
    return time <= frontier.value || time < frontier.fired;
  }

  #setTimer(time: number): void {
    this.#check();
    const least = this.#firing === NO_TIMER ? 0 : this.#firing + 1;
    if (!Number.isSafeInteger(time) || time < least) {
      const expected = this.#firing === NO_TIMER ? 'whole ms since 1970' : `whole ms later than ${this.#firing}, the time of the timer that fires`;
      throw errors.BAD_TIMER({ operator: this.name, found: String(time), expected });
    }
    const row = this.#ownRow();
    const timers = this.state.timersAt(row);
    if (timers.includes(time)) return;
    if (timers.length === TIMERS_MAX) throw errors.TOO_MANY_TIMERS({ operator: this.name, key: rawText(this.#callParts), max: TIMERS_MAX });
    this.state.touch(row);
    this.state.setTimers(row, timers.length === 0 ? [time] : [...timers, time].sort((a, b) => a - b));
    this.#place.moment.touched = true;
    if (this.#reached(time)) this.#hasOverdue = true;
    else this.#wantDue(time, row);
  }

  #deleteTimer(time: number): void {
    this.#check();
    const timers = this.#row < 0 ? none : this.state.timersAt(this.#row);
    if (!timers.includes(time)) return;
    this.state.touch(this.#row);
    this.state.setTimers(this.#row, without(timers, time));
    this.#calledOff += 1;
    this.#place.moment.touched = true;
  }

  #wantDue(time: number, row: number): void {
    this.#timers.add(time, row);
    this.#ask(time);
  }

  /** The frontier is asked for one time only, the first: it has to keep few. */
  #ask(time: number): void {
    if (time >= this.#asked) return;
    this.#asked = time;
    this.#place.frontier.at(time, this);
  }

  #get(): S {
    this.#check();
    const { moment } = this.#place;
    if (this.#row < 0) {
      const made = this.#steps.state();
      // What can be changed in place is kept from here on; anything else only when it is set.
      if (!isChangeable(made)) return made;
      this.#row = this.state.create(this.#callParts, made);
      moment.touched = true;
      return made;
    }
    const value = this.state.valueAt(this.#row) as S;
    if (isChangeable(value)) {
      this.state.touch(this.#row);
      moment.touched = true;
    }
    return value;
  }

  #set(value: S): void {
    this.#check();
    if (this.#row < 0) this.#row = this.state.create(this.#callParts, value);
    else {
      this.state.touch(this.#row);
      this.state.setValue(this.#row, value);
    }
    this.#place.moment.touched = true;
  }

  #clear(): void {
    this.#check();
    if (this.#row < 0) return;
    this.#calledOff += this.state.timersAt(this.#row).length;
    this.state.clear(this.#row);
    this.#row = -1;
    this.#place.moment.touched = true;
  }

  #emit(value: Out): void {
    this.#check();
    this.#place.moment.time = this.#time;
    this.#next.push(value);
  }

  /** The row of the key whose call it is, made if need be. */
  #ownRow(): number {
    if (this.#row < 0) {
      this.#row = this.state.create(this.#callParts, this.#steps.state());
      this.#place.moment.touched = true;
    }
    return this.#row;
  }

  #tidy(): void {
    const hasMoved = this.state.tidy();
    if (!hasMoved && (this.#calledOff < CALLED_OFF_MIN || this.#calledOff * 2 < this.#timers.size)) return;
    this.#timers.clear();
    this.#calledOff = 0;
    this.#setAll();
  }

  /** Timers are part of the rows; when they are due is found from there. */
  #setAll(): void {
    const { rows } = this.state;
    for (let row = 0; row < rows; row += 1) {
      for (const time of this.state.timersAt(row)) {
        assert(!this.#reached(time), () => `'${this.name}' has a timer for ${time} that should have fired`);
        this.#wantDue(time, row);
      }
    }
  }

  #check(): void {
    if (!this.#active) throw errors.CONTEXT_OVER({ operator: this.name });
  }

  /** A timer in words, the same after a restart. */
  #nameOf(time: number): string {
    return `the timer at ${time} of ${rawText(this.#callParts)} in '${this.name}'`;
  }

  #value(time: number): { readonly key: K; readonly timer: number } {
    return { key: this.#key.toKey(this.#callParts), timer: time };
  }

  /** One object for all calls: what it says is that of the call that is being made. */
  #makeContext(): ProcessContext<K, S, Out> {
    const calls = {
      state: Object.freeze({ get: () => this.#get(), set: (value: S) => this.#set(value) }),
      emit: (value: Out) => this.#emit(value),
      setTimer: (time: number) => this.#setTimer(time),
      deleteTimer: (time: number) => this.#deleteTimer(time),
      clear: () => this.#clear(),
    };
    const context = Object.defineProperties(calls, {
      key: { get: () => this.#key.toKey(this.#callParts) },
      time: { get: () => this.#time },
      frontier: { get: () => this.#place.frontier.value },
    });
    return Object.freeze(context) as ProcessContext<K, S, Out>;
  }
}

function without(timers: readonly number[], time: number): readonly number[] {
  return timers.length === 1 ? none : timers.filter((other) => other !== time);
}

const isChangeable = (value: unknown): boolean => typeof value === 'object' && value !== null;
