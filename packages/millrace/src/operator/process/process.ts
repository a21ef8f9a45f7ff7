import { assert } from '../../assert.ts';
import { errors } from '../../error.ts';
import { textOf } from '../../reason.ts';
import type { KeyPart, KeyShape } from '../../state/key.ts';
import { rawText } from '../../task/bad-record.ts';
import { NO_TIMER } from '../../task/moment.ts';
import type { Timed } from '../../time/frontier.ts';
import { TIME_EXPECTED, TIME_MAX } from '../../time/time-max.ts';
import type { Output, Place } from '../operator.ts';
import { type Counters, type Stateful, noCounters } from '../stateful.ts';
import type { ProcessContext, ProcessSteps } from './context.ts';
import { Agenda } from '../internal/agenda.ts';
import { KeyedState, NEVER } from './keyed-state.ts';

export interface ProcessOptions<T, K, S, Out> {
  readonly name: string;
  readonly key: KeyShape<T, K>;
  readonly durable: boolean;
  readonly steps: ProcessSteps<T, K, S, Out>;
}

/** The most timers a key may have at a time. */
export const TIMERS_MAX = 1000;

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
  /** For each row its first timer. */
  readonly #agenda: Agenda;
  /** The call has set a timer for a time that is over. */
  #hasOverdue = false;
  /** Whose call it is: its row or -1, and the time of what is emitted; its key is in #parts. */
  #row = -1;
  #time: number = Number.NaN;
  /** The time of the timer that fires; NO_TIMER: an event. */
  #firing: number = NO_TIMER;
  #active = false;

  constructor({ name, key, durable, steps }: ProcessOptions<T, K, S, Out>, place: Place, next: Output<Out>) {
    this.name = name;
    this.signature = `process by ${key.names?.join(',') ?? key.selectors.length}, first timers apart`;
    this.rank = place.rank;
    this.state = new KeyedState(name, key.selectors.length, durable);
    this.#key = key;
    this.#steps = steps;
    this.#place = place;
    this.#next = next;
    this.#parts = key.selectors.map(() => null);
    this.#agenda = new Agenda(place.frontier, this);
    this.#context = this.#makeContext();
  }

  push(value: T): void {
    const { moment } = this.#place;
    const { time } = moment;
    const parts = this.#parts;
    const { selectors } = this.#key;
    for (let i = 0; i < parts.length; i += 1) parts[i] = (selectors[i] as (value: T) => KeyPart)(value);
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
  }

  revise(): void {
    throw new Error(`'${this.name}' processes facts; the plan let a changing table through`);
  }

  /** The frontier reached a time for which timers may be set. */
  due(time: number): void {
    const rows = this.#agenda.take(time);
    if (rows.length > 0) {
      const { moment, settler } = this.#place;
      if (rows.length > 1) this.state.sort(rows);
      // Each is a step of its own: what came to this time by other ways is one before them.
      if (settler.pending) settler.drain();
      moment.timer = time;
      for (const row of rows) this.#fire(row, time, time, true);
      moment.timer = NO_TIMER;
      // It is complete: it stays when the event behind it is set aside.
      moment.touched = false;
    }
    this.#agenda.done();
  }

  memo(): unknown {
    return { counters: this.counters };
  }

  restored(memo: unknown): void {
    Object.assign(this.counters, (memo as { counters: Counters }).counters);
    // Timers are part of the rows; when they are due is found from there.
    for (const row of this.state.rows()) {
      const time = this.state.timerAt(row);
      assert(!this.#reached(time), () => `'${this.name}' has a timer for ${time} that should have fired`);
      this.#agenda.put(row, time);
    }
  }

  committed(): void {}

  /** The first timer of a row fires, and is gone. One that fails is set aside, and the others fire all the same. */
  #fire(row: number, time: number, emitAt: number, isStep: boolean): void {
    const { moment, poisoned, settler } = this.#place;
    this.state.touch(row);
    this.state.removeTimer(row, time);
    this.#plan(row);
    this.state.keyOf(row, this.#parts);
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
    return this.#row >= 0 && this.#reached(this.state.timerAt(this.#row));
  }

  /** What the call has set for a time that is over; each may set more. */
  #fireOverdue(time: number): void {
    while (this.#isOverdue()) {
      const due = this.state.timerAt(this.#row);
      this.#fire(this.#row, due, Math.max(due, time), false);
    }
    this.#place.moment.touched = true;
  }

  #reached(time: number): boolean {
    const { frontier } = this.#place;
    return time !== NEVER && (time <= frontier.value || time < frontier.fired);
  }

  #setTimer(time: number): void {
    this.#check();
    const least = this.#firing === NO_TIMER ? 0 : this.#firing + 1;
    if (!Number.isInteger(time) || time < least || time > TIME_MAX) {
      const later = this.#firing === NO_TIMER ? 'whole ms since 1970' : `whole ms later than ${this.#firing}, the time of the timer that fires`;
      const expected = time > TIME_MAX ? TIME_EXPECTED : later;
      throw errors.BAD_TIMER({ operator: this.name, found: textOf(time), expected });
    }
    const row = this.#ownRow();
    const { state } = this;
    if (state.hasTimer(row, time)) return;
    if (state.timersOf(row) === TIMERS_MAX) throw errors.TOO_MANY_TIMERS({ operator: this.name, key: rawText(this.#parts), max: TIMERS_MAX });
    state.touch(row);
    state.addTimer(row, time);
    this.#place.moment.touched = true;
    if (this.#reached(time)) this.#hasOverdue = true;
    else this.#plan(row);
  }

  #deleteTimer(time: number): void {
    this.#check();
    if (this.#row < 0 || !this.state.hasTimer(this.#row, time)) return;
    this.state.touch(this.#row);
    this.state.removeTimer(this.#row, time);
    this.#plan(this.#row);
    this.#place.moment.touched = true;
  }

  /** The frontier has to come by for the row's first timer. One that is over fires behind the call, and after it the next. */
  #plan(row: number): void {
    const time = this.state.timerAt(row);
    if (!this.#reached(time)) this.#agenda.put(row, time);
  }

  #get(): S {
    this.#check();
    const { moment } = this.#place;
    if (this.#row < 0) {
      const made = this.#steps.state();
      // What can be changed in place is kept from here on; anything else only when it is set.
      if (!isChangeable(made)) return made;
      this.#row = this.state.create(this.#parts, made);
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
    if (this.#row < 0) this.#row = this.state.create(this.#parts, value);
    else {
      this.state.touch(this.#row);
      this.state.setValue(this.#row, value);
    }
    this.#place.moment.touched = true;
  }

  #clear(): void {
    this.#check();
    if (this.#row < 0) return;
    this.#agenda.remove(this.#row);
    this.state.clear(this.#row, this.#parts);
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
      this.#row = this.state.create(this.#parts, this.#steps.state());
      this.#place.moment.touched = true;
    }
    return this.#row;
  }

  #check(): void {
    if (!this.#active) throw errors.CONTEXT_OVER({ operator: this.name });
  }

  /** A timer in words, the same after a restart. */
  #nameOf(time: number): string {
    return `the timer at ${time} of ${rawText(this.#parts)} in '${this.name}'`;
  }

  #value(time: number): { readonly key: K; readonly timer: number } {
    return { key: this.#key.toKey(this.#parts), timer: time };
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
      key: { get: () => this.#key.toKey(this.#parts) },
      time: { get: () => this.#time },
      frontier: { get: () => this.#place.frontier.value },
    });
    return Object.freeze(context) as ProcessContext<K, S, Out>;
  }
}

const isChangeable = (value: unknown): boolean => typeof value === 'object' && value !== null;
