import { errors } from '../../error.ts';
import { textOf } from '../../reason.ts';
import { END } from '../../time/frontier.ts';
import type { WaitingFrontier, Holder } from '../../time/waiting-frontier.ts';
import { Heap, type Ranked } from '../internal/heap.ts';
import { MomentKept } from '../internal/moment-kept.ts';
import { Passage } from '../internal/passage.ts';
import { Waiting } from '../internal/waiting.ts';
import type { Output, Place } from '../operator.ts';
import { type Counters, type Stateful, noCounters } from '../stateful.ts';

export interface ReorderBySequenceOptions<T> {
  readonly name: string;
  readonly durable: boolean;
  readonly sequence: (value: T) => number;
  /** The first number. */
  readonly from: number;
}

/** How many numbers one space covers: what waits is freed on disk in steps of this. */
const NUMBERS_PER_SPACE = 4096;

/** When the event with a number happened; `order` is the time, `arrived` the number. */
type Held = Ranked;

/**
 * Puts events in the order of numbers that their producer gave them, without gaps.
 *
 * - An event leaves when all numbers before its own have left; behind a gap the others wait. When the
 *   input has ended no gap will be filled, and what waits leaves in order.
 * - The frontier behind stands at most at the least time that waits.
 * - A number that has left already, or already waits, has no place any more: its event is on `late`,
 *   counted as late or as a duplicate.
 */
export class ReorderBySequence<T> implements Output<T>, Stateful, Holder {
  readonly name: string;
  readonly signature: string;
  readonly state: Waiting<T>;
  readonly counters: Counters = noCounters();
  readonly #sequence: (value: T) => number;
  readonly #frontier: WaitingFrontier;
  readonly #place: Place;
  readonly #passage: Passage<T, number>;
  readonly #late: Output<T>;
  readonly #kept = new MomentKept();
  /** The numbers that wait. */
  readonly #numbers = new Set<number>();
  /** The times of what waits; of what has left some may still be there. */
  readonly #times = new Heap<Held>();
  /** The number that leaves next. */
  #expected: number;

  constructor(options: ReorderBySequenceOptions<T>, frontier: WaitingFrontier, place: Place, next: Output<T>, late: Output<T>) {
    const { name, durable, sequence, from } = options;
    this.name = name;
    this.signature = `reorder by sequence from ${from}`;
    this.state = new Waiting({ name, durable, span: NUMBERS_PER_SPACE });
    this.#sequence = sequence;
    this.#frontier = frontier;
    this.#place = place;
    this.#passage = new Passage(place, next, (number) => `number ${number} of '${name}'`);
    this.#late = late;
    this.#expected = from;
    frontier.tells(this);
  }

  push(value: T): void {
    const { moment } = this.#place;
    const number = this.#sequence(value);
    if (!Number.isSafeInteger(number) || number < 0) throw errors.BAD_SEQUENCE({ operator: this.name, found: textOf(number) });
    if (number === this.#expected && this.state.least === END) {
      // The usual case. Should it fail behind, its number has still had its turn.
      this.#expected = number + 1;
      this.#passage.pass(value, number);
    } else if (number < this.#expected || this.#numbers.has(number)) {
      if (number < this.#expected) this.counters.late += 1;
      else this.counters.duplicates += 1;
      moment.touched = true;
      this.#late.push(value);
    } else {
      this.#wait(number, value);
      if (number === this.#expected) this.#release();
      this.#follow();
    }
    moment.touched = true;
  }

  revise(): void {
    throw new Error(`'${this.name}' reorders facts; the plan let a changing table through`);
  }

  inputEnded(): void {
    this.#kept.keep(this.#place.moment);
    while (this.state.size() > 0) this.#leave();
    this.#kept.bringBack(this.#place.moment);
    this.#place.moment.touched = false;
    this.state.passed(this.#expected);
    this.#hold();
  }

  memo(): unknown {
    const { value, evidence } = this.#frontier;
    return { counters: this.counters, expected: this.#expected, frontier: value === END ? null : value, evidence };
  }

  restored(memo: unknown): void {
    const { counters, expected, frontier, evidence } = memo as { counters: Counters; expected: number; frontier: number | null; evidence: number };
    Object.assign(this.counters, counters);
    this.#expected = expected;
    this.state.restored(expected, (number, time) => this.#remember(number, time));
    this.#hold();
    this.#frontier.restore(frontier ?? END, evidence);
  }

  committed(): void {}

  #wait(number: number, value: T): void {
    const { moment } = this.#place;
    this.state.add(number, value, moment);
    this.#remember(number, moment.time);
    this.#hold();
  }

  #remember(number: number, time: number): void {
    this.#numbers.add(number);
    this.#times.add({ order: time, arrived: number });
  }

  /** A gap has been filled: what follows it without another one leaves. */
  #release(): void {
    this.#kept.keep(this.#place.moment);
    while (this.state.least === this.#expected) this.#leave();
    this.#kept.bringBack(this.#place.moment);
    this.state.passed(this.#expected);
    this.#hold();
  }

  #leave(): void {
    const { moment } = this.#place;
    const number = this.state.least;
    this.#numbers.delete(number);
    this.#expected = number + 1;
    const value = this.state.take(moment);
    moment.touched = false;
    this.#passage.pass(value, number);
  }

  /** The frontier is held at the least time that waits. */
  #hold(): void {
    let least = this.#times.least;
    while (least !== undefined && !this.#numbers.has(least.arrived)) {
      this.#times.removeLeast();
      least = this.#times.least;
    }
    this.#frontier.held = least?.order ?? END;
  }

  /** The frontier goes where it may; timers behind that fire leave the moment as it was. */
  #follow(): void {
    const { moment } = this.#place;
    this.#kept.keep(moment);
    this.#frontier.follow();
    this.#kept.bringBack(moment);
  }
}
