import { NoState } from '../../state/no-state.ts';
import { NO_TIMER } from '../../task/moment.ts';
import { ASSUMED, DECLARED } from '../../time/evidence.ts';
import { type Alarm, END, type Timed } from '../../time/frontier.ts';
import { Doubts, type StoredDoubt } from '../../time/producers/doubts.ts';
import type { Message } from '../../time/producers/message.ts';
import { AT_THE_END } from '../../time/time-max.ts';
import { Passage } from '../internal/passage.ts';
import type { Output, Place } from '../operator.ts';
import { type Counters, type Stateful, noCounters } from '../stateful.ts';

export interface NumberedOptions {
  readonly name: string;
  readonly producer: string;
  readonly epoch: number;
  /** How far apart in event time promises are, in ms. */
  readonly everyMs: number;
}

/** The most stretches that a message tells apart; beyond it the two oldest become one, with all between them. */
const DOUBTS_SAID_MAX = 32;

interface Memo {
  readonly counters: Counters;
  readonly sequence: number;
  readonly promise: number;
  readonly doubts: readonly StoredDoubt[];
}

/**
 * Makes the messages of a producer of facts: each gets the next number, and the frontier becomes promises.
 *
 * - A promise is made when the frontier reaches a multiple of `everyMs`. It says where it rests on no
 *   proof. When nothing more will come, goodbye is said.
 * - A fact older than what was promised cannot be sent any more: it is late, counted, and on `late`.
 * - The numbers go on over restarts, as what is sent does: it is one epoch.
 */
export class Numbered<T> implements Output<T>, Timed, Stateful {
  readonly name: string;
  readonly signature: string;
  readonly rank: number;
  readonly state: NoState = new NoState();
  readonly counters: Counters = noCounters();
  readonly #producer: string;
  readonly #epoch: number;
  readonly #everyMs: number;
  readonly #place: Place;
  readonly #next: Output<Message<T>>;
  readonly #late: Output<T>;
  readonly #passage: Passage<Message<T>, string>;
  readonly #alarm: Alarm;
  /** The last one given; −1: none. */
  #sequence = -1;
  /** Floating-point, as times are. */
  #promise = 0;
  /** Where the promises rest on no proof: each message says all of it, so that none is missed with one that is lost. */
  #doubts = new Doubts([], DOUBTS_SAID_MAX);

  constructor({ name, producer, epoch, everyMs }: NumberedOptions, place: Place, next: Output<Message<T>>, late: Output<T>) {
    this.name = name;
    this.signature = `numbered as epoch ${epoch} of ${producer}`;
    this.rank = place.rank;
    this.#producer = producer;
    this.#epoch = epoch;
    this.#everyMs = everyMs;
    this.#place = place;
    this.#next = next;
    this.#late = late;
    this.#passage = new Passage(place, next, (promise) => promise);
    this.#alarm = place.frontier.alarm(this);
    this.#arm();
  }

  push(value: T): void {
    const { moment } = this.#place;
    moment.touched = true;
    if (moment.time < this.#promise) {
      this.counters.late += 1;
      this.#late.push(value);
      return;
    }
    this.#sequence += 1;
    this.#next.push({ kind: 'event', producer: this.#producer, epoch: this.#epoch, sequence: this.#sequence, value });
  }

  revise(): void {
    throw new Error(`'${this.name}' numbers facts; the plan let a changing table through`);
  }

  /** The frontier reached a time for a promise, or the end of all times. */
  due(time: number): void {
    const { frontier } = this.#place;
    const { heading } = frontier;
    const last = heading === END ? AT_THE_END : this.#dueBy(heading);
    // It goes further at once: one promise says as much as those on the way.
    if (last > time) return frontier.wake(this.#alarm, last);
    const evidence = frontier.evidenceOf(this.#promise, time) & (ASSUMED | DECLARED);
    if (evidence !== 0) this.#doubts.add({ from: this.#promise, to: time === AT_THE_END ? END : time, evidence, producer: this.#producer });
    const doubts = this.#doubts.message();
    const said = { producer: this.#producer, epoch: this.#epoch, sequence: this.#sequence, ...(doubts.length > 0 && { doubts }) };
    if (time === AT_THE_END) return this.#say({ kind: 'close', ...said }, time);
    this.#promise = time;
    this.#say({ kind: 'heartbeat', ...said, promise: time }, time);
    frontier.wake(this.#alarm, time + this.#everyMs);
  }

  memo(): unknown {
    return { counters: this.counters, sequence: this.#sequence, promise: this.#promise, doubts: this.#doubts.stored() } satisfies Memo;
  }

  restored(memo: unknown): void {
    const { counters, sequence, promise, doubts } = memo as Memo;
    Object.assign(this.counters, counters);
    this.#sequence = sequence;
    this.#promise = promise;
    this.#doubts = Doubts.of(doubts, DOUBTS_SAID_MAX);
    this.#arm();
  }

  committed(): void {}

  #arm(): void {
    const { frontier } = this.#place;
    if (frontier.value !== END) frontier.wake(this.#alarm, this.#dueBy(Math.max(0, frontier.value)) + this.#everyMs);
  }

  /** The last time for a promise that is not behind `time`. */
  #dueBy(time: number): number {
    return Math.floor(time / this.#everyMs) * this.#everyMs;
  }

  /** A step of its own. */
  #say(message: Message<T>, time: number): void {
    const { moment, settler } = this.#place;
    if (settler.pending) settler.drain();
    moment.timer = time;
    moment.time = time;
    moment.touched = false;
    this.#passage.pass(message, `what '${this.name}' says at ${time}`);
    if (settler.pending) settler.drain();
    moment.timer = NO_TIMER;
    moment.touched = false;
  }
}
