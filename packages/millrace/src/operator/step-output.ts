import type { KeyPart } from '../state/key.ts';
import { rawText } from '../task/bad-record.ts';
import { NO_TIMER } from '../task/moment.ts';
import type { Settling } from '../time/settler.ts';
import type { Output, Place } from './operator.ts';
import type { Row } from './row.ts';

/** What leaves: from which row to which, and since when it is so. */
export interface Leaving<K, V> {
  readonly before: Row<K, V> | undefined;
  readonly after: Row<K, V> | undefined;
  readonly time: number;
}

/** Makes the rows of entries, as they leave. */
export interface Maker<K, V, E> {
  /** Undefined: nothing leaves. It calls functions of the user, so it may throw. */
  make(entry: E): Leaving<K, V> | undefined;
  /** It has left: `row` is what it is now, undefined where it has gone. */
  left(entry: E, row: Row<K, V> | undefined): void;
  /** What tells it from others, the same after a restart: for messages. */
  nameOf(entry: E): { readonly parts: readonly KeyPart[]; readonly space: number };
}

/**
 * The way out of an operator that gathers what a step brings it and emits the net.
 *
 * The cause of what leaves is the cause of what came, though it leaves later. What fails in the course of
 * an event fails with it. Of what leaves in the course of a timer one row that fails is set aside, what
 * was before stays, and the other rows leave all the same.
 */
export class StepOutput<K, V, E> {
  readonly #name: string;
  readonly #place: Place;
  readonly #next: Output<Row<K, V>>;
  readonly #maker: Maker<K, V, E>;
  #waiting = false;
  #timer: number = NO_TIMER;
  /** Where the first stood that came in this step: what leaves is caused by it. */
  #source = '';
  #partition = 0;
  #offset = 0;

  constructor(name: string, place: Place, next: Output<Row<K, V>>, maker: Maker<K, V, E>) {
    this.#name = name;
    this.#place = place;
    this.#next = next;
    this.#maker = maker;
  }

  /** Something has come, and has changed state: `settling` is asked once the step is through. */
  wait(settling: Settling): void {
    const { moment, settler } = this.#place;
    moment.touched = true;
    if (this.#waiting) return;
    this.#waiting = true;
    this.#timer = moment.timer;
    this.#source = moment.source;
    this.#partition = moment.partition;
    this.#offset = moment.offset;
    settler.add(settling);
  }

  /** The step is through: these leave, in this order. */
  settle(entries: Iterable<E>): void {
    const { moment } = this.#place;
    const { source, partition, offset } = moment;
    this.#waiting = false;
    moment.source = this.#source;
    moment.partition = this.#partition;
    moment.offset = this.#offset;
    this.leave(entries, this.#timer);
    moment.source = source;
    moment.partition = partition;
    moment.offset = offset;
  }

  /** This leaves at once, because of the event that is being pushed. */
  pass(entry: E): void {
    const { moment } = this.#place;
    const { time } = moment;
    this.#leave(entry);
    moment.time = time;
  }

  /** These leave because of the event that is being pushed, or (with its time) of a timer. */
  leave(entries: Iterable<E>, timer: number): void {
    const { moment } = this.#place;
    const { time, timer: outer } = moment;
    moment.timer = timer;
    for (const entry of entries) {
      if (timer === NO_TIMER) this.#leave(entry);
      else this.#tryToPass(entry, timer);
    }
    moment.timer = outer;
    // Others may be given the same event after this.
    moment.time = time;
    // A step of a timer is complete: it stays when the event behind it is set aside.
    if (timer !== NO_TIMER) moment.touched = false;
  }

  #leave(entry: E): void {
    const leaving = this.#maker.make(entry);
    if (leaving !== undefined) this.#revise(entry, leaving);
  }

  #tryToPass(entry: E, timer: number): void {
    const { moment, poisoned } = this.#place;
    moment.touched = false;
    let leaving: Leaving<K, V> | undefined;
    try {
      leaving = this.#maker.make(entry);
      if (leaving === undefined) return;
      if (poisoned.size === 0 || !poisoned.has(this.#nameOf(entry, timer))) this.#revise(entry, leaving);
      else this.#place.failed(this.#nameOf(entry, timer), leaving.after ?? leaving.before, undefined);
    } catch (error) {
      this.#place.failed(this.#nameOf(entry, timer), leaving?.after ?? this.#maker.nameOf(entry).parts, error);
    }
  }

  #revise(entry: E, { before, after, time }: Leaving<K, V>): void {
    this.#place.moment.time = time;
    this.#next.revise(before, after);
    this.#maker.left(entry, after);
  }

  /** A row in words, the same after a restart. */
  #nameOf(entry: E, timer: number): string {
    const { parts, space } = this.#maker.nameOf(entry);
    return `the row ${rawText(parts)} of '${this.#name}'${space === 0 ? '' : ` in the window that ends at ${space}`}, at ${timer},`;
  }
}
