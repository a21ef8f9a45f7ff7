import { END, type Timed } from '../../time/frontier.ts';
import { type Decided, Halting } from '../internal/halting.ts';
import { MomentKept } from '../internal/moment-kept.ts';
import { Passage } from '../internal/passage.ts';
import { Waiting } from '../internal/waiting.ts';
import { type BareHaltPolicy, type DropPolicy, haltSignature } from '../late-policy.ts';
import type { Output, Place } from '../operator.ts';
import { type Counters, type Stateful, noCounters } from '../stateful.ts';

export interface ReorderOptions {
  readonly name: string;
  readonly durable: boolean;
  readonly late: DropPolicy | BareHaltPolicy;
}

/** How much event time one space covers: what waits is freed on disk in steps of this. */
const SPAN_MS = 1000;

/**
 * Puts events in the order of their times.
 *
 * - An event leaves when the frontier passes its time, which is when nothing older can come; of equal
 *   times the one that came first leaves first. It keeps its time and its position.
 * - An event below the frontier is late: counted, and on `late`. So nothing is late behind it.
 * - Under `halt` a person decides on a late event; accepted, it leaves at once, at its own time, behind
 *   what is younger.
 */
export class Reorder<T> implements Output<T>, Timed, Stateful, Decided<T> {
  readonly name: string;
  readonly signature: string;
  readonly rank: number;
  readonly state: Waiting<T>;
  readonly counters: Counters = noCounters();
  readonly #place: Place;
  readonly #next: Output<T>;
  readonly #passage: Passage<T, Waiting<T>>;
  readonly #late: Output<T>;
  readonly #halting: Halting<T> | undefined;
  readonly #kept = new MomentKept();
  /** For when the next timer is set: one more than the least time that waits. */
  #armed: number = END;

  constructor({ name, durable, late: policy }: ReorderOptions, place: Place, next: Output<T>, late: Output<T>) {
    this.name = name;
    this.signature = `reorder by time${haltSignature(policy)}`;
    this.rank = place.rank;
    this.state = new Waiting({ name, durable, span: SPAN_MS });
    this.#place = place;
    this.#passage = new Passage(place, next, (waiting) => waiting.taken());
    this.#next = next;
    this.#late = late;
    if (policy.kind === 'halt') this.#halting = new Halting({ name, policy, durable, behind: undefined }, place, this);
  }

  push(value: T): void {
    const { moment, frontier } = this.#place;
    const { time } = moment;
    moment.touched = true;
    if (time < frontier.value) {
      if (this.#halting === undefined) this.#refuse(value);
      else this.#halting.late(value, { key: undefined, parts: [], window: undefined, frontier: frontier.value, before: undefined, isAcceptable: true });
      return;
    }
    this.state.add(time, value, moment);
    if (time + 1 < this.#armed) this.#arm();
  }

  revise(): void {
    throw new Error(`'${this.name}' reorders facts; the plan let a changing table through`);
  }

  /** The frontier passes what is older than `to`. */
  due(to: number): void {
    const { moment } = this.#place;
    this.#kept.keep(moment);
    while (this.state.least < to) {
      const value = this.state.take(moment);
      moment.touched = false;
      this.#passage.pass(value, this.state);
    }
    this.#kept.bringBack(moment);
    // A step of its own, and complete: it stays when the event behind it is set aside.
    moment.touched = false;
    this.state.passed(to);
    this.#armed = END;
    this.#arm();
  }

  decided(value: T, accepted: object | undefined): void {
    this.#place.moment.touched = true;
    if (accepted === undefined) this.#refuse(value);
    else this.#next.push(value);
  }

  released(): void {}

  memo(): unknown {
    return { counters: this.counters };
  }

  restored(memo: unknown): void {
    Object.assign(this.counters, (memo as { counters: Counters }).counters);
    this.#halting?.restored();
    this.state.restored(this.#place.frontier.value);
    this.#arm();
  }

  committed(): void {}

  #refuse(value: T): void {
    this.counters.late += 1;
    this.#late.push(value);
  }

  #arm(): void {
    if (this.state.least === END) return;
    this.#armed = this.state.least + 1;
    this.#place.frontier.at(this.#armed, this);
  }
}
