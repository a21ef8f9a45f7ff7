import { assert } from '../assert.ts';
import { Settler } from './settler.ts';
import { ENDED, type Evidence, PROVED } from './evidence.ts';
import type { Doubts } from './producers/doubts.ts';
import { TimeHeap } from './time-heap.ts';

/**
 * Something that has to happen when a frontier reaches a time.
 *
 * `rank` is the operator's place in topological order: of several that are due at the same time the
 * one nearer to the source comes first, so that what it emits is seen by those behind it.
 */
export interface Timed {
  readonly rank: number;
  due(time: number): void;
}

/** The next time at which an operator has something to do, which it may put off and bring forward: it needs one place only. */
export interface Alarm {
  /** END: nothing. */
  time: number;
  readonly timed: Timed;
}

/** A frontier that is made of others: it is told whenever one of those has moved, or was set at recovery. */
export interface Follower {
  moved(): void;
  restoreFromInputs(): void;
}

/** How far the frontier behind an operator stays behind the one at its input, always: by a distance, or at the start of a window. */
export interface HoldBack {
  /** At most `frontier`, and never less for a greater one. */
  of(frontier: number): number;
}

/** No frontier yet: everything is still possible. */
export const BEGINNING = -1;
/** Nothing will come any more. */
export const END: number = Number.POSITIVE_INFINITY;

/**
 * The promise that no new fact with time < `value` will come, and the timers that wait for it.
 *
 * - It only moves forward.
 * - Due timers fire before it moves on, in the order (time, rank); while those of time d fire,
 *   `value` is d − 1: what they emit at d − 1 is not late for anyone behind them, and what they emit of
 *   older times is as late as if the frontier had come here in small steps.
 * - A timer may be set while others fire, also for the time that is firing (from a higher rank).
 */
export class Frontier {
  value: number = BEGINNING;
  evidence: Evidence = 0;
  /** It goes to the end of time, if in several steps, or is there: nothing will come that what is kept could be asked for. */
  ending = false;
  /** Where it stood before it went to the end of time. Floating-point from the beginning, as `fired` is. */
  stood: number = Number.NEGATIVE_INFINITY;
  /** Where it goes while timers fire on the way; END: to the end of time. */
  heading: number = BEGINNING;
  /** Of a numbered partition: where it passed without proof. */
  doubts: Doubts | undefined = undefined;
  /** The next time at which something is due. */
  next: number = END;
  /**
   * The latest time whose timers have fired, or fire now: by then it is too late to ask for an earlier one.
   * Floating-point from the beginning, as times are: a field that changes its kind is compiled for again.
   */
  fired: number = Number.NEGATIVE_INFINITY;
  readonly #buckets = new Map<number, Timed[]>();
  /** The distinct due times. */
  readonly #times = new TimeHeap();
  /** By rank. */
  readonly #alarms: Alarm[] = [];
  readonly #below: Follower[] = [];
  readonly #settler: Settler;

  constructor(settler: Settler = new Settler()) {
    this.#settler = settler;
  }

  /** Whether `advance` would do no more than set `value`: nothing is due by then, and nobody follows. */
  isStep(to: number, evidence: Evidence): boolean {
    return to < this.next && to >= this.value && evidence === this.evidence && this.#below.length === 0;
  }

  /** `ending`: this is a step on the way to the end of time, and the next one follows. */
  advance(to: number, evidence: Evidence, ending: boolean = to === END): void {
    assert(to >= this.value, () => `a frontier went back from ${this.value} to ${to}`);
    this.evidence = evidence;
    if (ending && !this.ending) this.stood = this.value;
    this.ending = ending;
    this.heading = to;
    while (this.next <= to && this.next !== END) this.#fire(this.next);
    this.value = to;
    for (const follower of this.#below) follower.moved();
  }

  /** It stands where it stood, and rests on something else: as it would say if it were restored now. */
  protected rest(evidence: Evidence): void {
    if (evidence === this.evidence) return;
    this.evidence = evidence;
    for (const follower of this.#below) follower.moved();
  }

  /** Whether it rests, at least in part, on numbered producers: then stretches of it differ in what they rest on. */
  get isNumbered(): boolean {
    return this.doubts !== undefined;
  }

  /** On what it rests that nothing more comes in [from, to), once that is below the frontier or about to be. */
  evidenceOf(from: number, to: number): Evidence {
    if (this.doubts === undefined) return this.evidence;
    const evidence = this.doubts.over(from, to) | (this.evidence & ENDED);
    return evidence === 0 ? PROVED : evidence;
  }

  /** Sets a frontier at recovery: nothing fires, because it fired before. */
  restore(value: number, evidence: Evidence): void {
    this.value = value;
    this.evidence = evidence;
    this.ending = value === END;
    for (const follower of this.#below) follower.restoreFromInputs();
  }

  /** Asks for `timed.due(time)` once the frontier reaches `time`; asking twice is asking once. */
  at(time: number, timed: Timed): void {
    assert(time > this.value, () => `a timer for ${time} was set when the frontier stood at ${this.value}`);
    const bucket = this.#buckets.get(time);
    if (bucket === undefined) {
      this.#buckets.set(time, [timed]);
      this.#times.add(time);
      if (time < this.next) this.next = time;
      return;
    }
    if (bucket.includes(timed)) return;
    let place = bucket.length;
    while (place > 0 && (bucket[place - 1] as Timed).rank > timed.rank) place -= 1;
    bucket.splice(place, 0, timed);
  }

  /** For an operator that has many times, and asks for one after the other; see `wake`. */
  alarm(timed: Timed): Alarm {
    const alarm = { time: END, timed };
    const behind = this.#alarms.findIndex((other) => other.timed.rank > timed.rank);
    this.#alarms.splice(behind < 0 ? this.#alarms.length : behind, 0, alarm);
    return alarm;
  }

  /** Asks for the alarm's `due(time)` once the frontier reaches `time`, and at no other time. */
  wake(alarm: Alarm, time: number): void {
    assert(time > this.value, () => `an alarm for ${time} was set when the frontier stood at ${this.value}`);
    alarm.time = time;
    if (time < this.next) this.next = time;
  }

  feeds(follower: Follower): void {
    this.#below.push(follower);
  }

  #fire(time: number): void {
    const settler = this.#settler;
    this.fired = time;
    this.value = time - 1;
    for (let timed = this.#takeDue(time); timed !== undefined; timed = this.#takeDue(time)) {
      if (settler.pending) settler.drain(timed.rank);
      timed.due(time);
    }
    this.next = this.#least();
    if (settler.pending) settler.drain();
  }

  /** Of what is due at `time` the one nearest to the source, which is not due any more. */
  #takeDue(time: number): Timed | undefined {
    const alarm = this.#alarmAt(time);
    const bucket = this.#times.least === time ? (this.#buckets.get(time) as Timed[]) : undefined;
    if (bucket === undefined) {
      if (alarm !== undefined) alarm.time = END;
      return alarm?.timed;
    }
    const [first] = bucket as [Timed];
    if (alarm !== undefined && alarm.timed.rank <= first.rank) {
      alarm.time = END;
      if (alarm.timed !== first) return alarm.timed;
    }
    bucket.shift();
    if (bucket.length === 0) {
      this.#buckets.delete(time);
      this.#times.removeLeast();
    }
    return first;
  }

  #alarmAt(time: number): Alarm | undefined {
    for (const alarm of this.#alarms) if (alarm.time === time) return alarm;
    return undefined;
  }

  #least(): number {
    let { least } = this.#times;
    for (const { time } of this.#alarms) if (time < least) least = time;
    return least;
  }
}
