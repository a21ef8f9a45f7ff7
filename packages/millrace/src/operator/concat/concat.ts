import type { ConcatFrontier, Successor } from '../../time/concat-frontier.ts';
import { END } from '../../time/frontier.ts';
import { MomentKept } from '../internal/moment-kept.ts';
import { Passage } from '../internal/passage.ts';
import { Waiting } from '../internal/waiting.ts';
import type { Output, Place } from '../operator.ts';
import { type Counters, type Stateful, noCounters } from '../stateful.ts';

export interface ConcatOptions {
  readonly name: string;
  readonly durable: boolean;
}

/** How many waiting events one space holds. */
const EVENTS_PER_SPACE = 4096;

interface Memo {
  readonly counters: Counters;
  /** How many events have waited. */
  readonly waited: number;
  /** Null: the end of time. */
  readonly frontier: number | null;
  readonly evidence: number;
}

/**
 * One stream after another: this is where the second one comes in; the first one passes by.
 *
 * - What comes of the second before the first has ended waits, durably and in order. Nothing bounds
 *   that but the data: `status()` says how many wait.
 * - When the first has ended, what waits leaves as it came: the frontier moves from event to event as
 *   that of the second had moved. So it is as if the second had been read only then: what came in one
 *   step is one step behind, too.
 */
export class Concat<T> implements Output<T>, Stateful, Successor {
  readonly name: string;
  readonly signature = 'concat';
  readonly state: Waiting<T>;
  /** Everything passes: all stay 0. */
  readonly counters: Counters = noCounters();
  readonly #frontier: ConcatFrontier;
  readonly #place: Place;
  readonly #next: Output<T>;
  readonly #passage: Passage<T, Waiting<T>>;
  readonly #kept = new MomentKept();
  #waited = 0;
  /** What left last and made somebody gather: with it fails what that makes of the step. */
  #gathered: { readonly name: string; readonly value: T } | undefined;

  constructor({ name, durable }: ConcatOptions, frontier: ConcatFrontier, place: Place, next: Output<T>) {
    this.name = name;
    this.state = new Waiting({ name, durable, span: EVENTS_PER_SPACE, input: frontier.second });
    this.#frontier = frontier;
    this.#place = place;
    this.#next = next;
    this.#passage = new Passage(place, next, (waiting) => waiting.taken());
    frontier.tells(this);
  }

  push(value: T): void {
    if (this.#frontier.over) {
      this.#next.push(value);
      return;
    }
    const { moment } = this.#place;
    this.state.add(this.#waited, value, moment);
    this.#waited += 1;
    moment.touched = true;
  }

  revise(): void {
    throw new Error(`'${this.name}' puts facts behind each other; the plan let a changing table through`);
  }

  firstEnded(): void {
    const { moment, settler } = this.#place;
    if (settler.pending) settler.drain();
    this.#kept.keep(moment);
    while (this.state.size() > 0) this.#leave();
    this.state.passed(END);
    this.#kept.bringBack(moment);
    moment.touched = false;
  }

  memo(): Memo {
    const { value, evidence } = this.#frontier;
    return { counters: this.counters, waited: this.#waited, frontier: value === END ? null : value, evidence };
  }

  restored(memo: unknown): void {
    const { counters, waited, frontier, evidence } = memo as Memo;
    Object.assign(this.counters, counters);
    this.#waited = waited;
    this.state.restored(this.#frontier.over ? waited : 0);
    this.#frontier.restore(frontier ?? END, evidence);
  }

  committed(): void {}

  /** The event that has waited longest leaves. */
  #leave(): void {
    const { moment } = this.#place;
    const value = this.state.take(moment);
    const { time, timer } = moment;
    this.#frontier.follow(this.state.frontier, this.state.evidence);
    moment.time = time;
    moment.timer = timer;
    moment.touched = false;
    this.#passage.pass(value, this.state);
    const { settler, poisoned } = this.#place;
    if (!settler.pending) return;
    const name = this.state.taken();
    if (!poisoned.has(name)) this.#gathered = { name, value };
    if (!this.state.isOfStep(moment, this.#frontier.value)) this.#settle();
  }

  /** The step that has left is through. */
  #settle(): void {
    const { moment, settler } = this.#place;
    // What is gathered has changed state already.
    moment.touched = true;
    try {
      settler.drain();
    } catch (error) {
      const { name, value } = this.#gathered as { readonly name: string; readonly value: T };
      this.#place.failed(name, value, error);
    }
  }
}
