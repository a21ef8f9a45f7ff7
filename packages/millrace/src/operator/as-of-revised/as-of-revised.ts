import type { KeyPart } from '../../state/key.ts';
import type { State } from '../../state/state.ts';
import { NO_TIMER } from '../../task/moment.ts';
import { evidenceNames } from '../../time/evidence.ts';
import { END, type Timed } from '../../time/frontier.ts';
import type { Settling } from '../../time/settler.ts';
import { AsOfInput, type AsOfInputOptions } from '../internal/as-of-input.ts';
import type { Output, Place } from '../operator.ts';
import type { Row } from '../row.ts';
import type { Counters, Stateful, Table } from '../stateful.ts';
import type { VersionSet } from '../versioned/versioned.ts';
import type { Versions } from '../versioned/versions.ts';
import { type Result, Results } from './results.ts';

export interface AsOfRevisedOptions<T, K, V> extends AsOfInputOptions<T, K> {
  /** Of an event without a row there is no result, or one with undefined. */
  readonly missing: 'drop' | 'null';
  readonly combine: (event: T, row: unknown) => V;
  readonly durable: boolean;
  readonly asked: boolean;
}

/** As JSON: `behind` is where the frontier behind stood; null: at the end, or where it is that of the input. */
interface Memo {
  readonly counters: Counters;
  readonly number: number;
  readonly behind: number | null;
}

/**
 * Joins each event at once with what a versioned table held at a time, as far as it is known, and
 * again whenever that turns out to have been something else: a table of results, one for each event.
 *
 * - A result's key is the number of its event: the how-manieth that came here, from 0.
 * - It is provisional until the frontier of the table is past the time asked for; then it leaves
 *   once more, final, and is forgotten.
 * - The frontier behind is held by the oldest event whose result may still change, where that may be later
 *   than its own time.
 * - What an event and the table are sent in one step is gathered, so nothing leaves that only half of
 *   it explains.
 */
export class AsOfRevised<T, K, V> extends AsOfInput<T, K> implements Timed, Settling, Stateful, Table<number, Row<number, V>> {
  readonly signature: string;
  readonly state: State;
  readonly #options: AsOfRevisedOptions<T, K, V>;
  readonly #next: Output<Row<number, V>>;
  readonly #results: Results<V>;
  /** What has changed in this step. */
  #changed: Result[] = [];

  constructor(options: AsOfRevisedOptions<T, K, V>, versions: Versions, place: Place, next: Output<Row<number, V>>, late: Output<T>) {
    const { name, key, missing, durable, asked } = options;
    super(options, versions, place, late);
    this.signature = `join as of, revised, by ${key.names?.join(',') ?? key.selectors.length}, missing: ${missing}`;
    this.#options = options;
    this.#next = next;
    this.#results = new Results(name, key.selectors.length, durable, asked);
    this.state = this.#results.state;
  }

  protected override asks(parts: readonly KeyPart[], event: T, time: number, at: number): void {
    const held = this.#valueOf(parts, event, at);
    this.place.moment.touched = true;
    if (at < this.frontier.value) return this.#leaveAtOnce(held, time);
    const result = this.#results.add(parts, { event, time, at }, held);
    this.#hold();
    this.#gather(result);
    this.frontier.at(at + 1, this);
    this.frontier.at(this.#results.endOf(result), this);
  }

  /** What has changed leaves, each result once. */
  settle(): void {
    const { moment } = this.place;
    const { time } = moment;
    const changed = this.#changed;
    this.#changed = [];
    changed.sort((a, b) => this.#results.numberOf(a) - this.#results.numberOf(b));
    for (const [i, result] of changed.entries()) {
      if (result === changed[i - 1]) continue;
      this.#leave(result, false);
    }
    moment.time = time;
  }

  /** The table's frontier is past the time that some have asked for. */
  due(time: number): void {
    const { moment } = this.place;
    this.settle();
    moment.timer = time;
    for (const result of this.#results.takeDue(time)) {
      moment.touched = false;
      this.#leave(result, true);
    }
    moment.timer = NO_TIMER;
    // A step of its own, and complete: it stays when the event behind it is set aside.
    moment.touched = false;
    this.#results.forget(time);
    this.#hold();
  }

  memo(): unknown {
    const behind = this.place.held?.value ?? END;
    return { counters: this.counters, number: this.#results.count, behind: behind === END ? null : behind } satisfies Memo;
  }

  restored(memo: unknown): void {
    const { counters, number, behind } = memo as Memo;
    Object.assign(this.counters, counters);
    for (const due of this.#results.restored(number)) this.frontier.at(due, this);
    this.place.held?.restoreHold(this.#results.oldest, behind ?? END);
  }

  committed(): void {}

  get(key: number): Row<number, V> | undefined {
    for (const row of this.scan()) if (row.key === key) return row;
    return undefined;
  }

  scan(): Iterable<Row<number, V>> {
    return this.#results.seen();
  }

  /** undefined where there is no result. */
  #valueOf(parts: readonly KeyPart[], event: T, at: number): { readonly value: V } | undefined {
    const { missing, combine } = this.#options;
    const row = this.versions.at(this.versions.find(parts), at)?.value;
    return row === undefined && missing === 'drop' ? undefined : { value: combine(event, row) };
  }

  /** The table has another row from a time on: that is for those who ask for then, or later but before the next row. */
  protected override rowSet({ parts, time }: VersionSet): void {
    const { moment, poisoned } = this.place;
    const key = this.versions.find(parts);
    for (const result of this.#results.openOf(parts)) {
      const at = this.#results.atOf(result);
      if (at < time || this.versions.at(key, at)?.time !== time) continue;
      const event = this.#results.eventOf(result) as T;
      const name = `the result ${this.#results.numberOf(result)} of '${this.name}' with the row of ${time}`;
      try {
        if (poisoned.size > 0 && poisoned.has(name)) {
          this.place.failed(name, event, undefined);
          continue;
        }
        this.#results.set(result, this.#valueOf(parts, event, at));
      } catch (error) {
        this.place.failed(name, event, error);
        continue;
      }
      moment.touched = true;
      this.#gather(result);
    }
  }

  #hold(): void {
    this.place.held?.hold(this.#results.oldest);
  }

  #gather(result: Result): void {
    if (this.#changed.length === 0) this.place.settler.add(this);
    this.#changed.push(result);
  }

  /** The table is past the time asked for: nothing can change this result any more. */
  #leaveAtOnce(held: { readonly value: V } | undefined, time: number): void {
    const key = this.#results.count;
    this.#results.count += 1;
    if (held === undefined) {
      this.counters.missing = (this.counters.missing ?? 0) + 1;
      return;
    }
    const evidence = evidenceNames(this.frontier.evidence);
    this.#next.revise(undefined, { key, window: undefined, value: held.value, time, revision: 0, finality: 'final', evidence });
  }

  #leave(result: Result, isFinal: boolean): void {
    const { moment } = this.place;
    moment.time = this.#results.timeOf(result);
    const { before, after } = this.#results.leave(result, isFinal ? this.frontier.evidence : undefined);
    if (isFinal && after === undefined) {
      this.counters.missing = (this.counters.missing ?? 0) + 1;
      moment.touched = true;
    }
    if (before !== undefined || after !== undefined) this.#next.revise(before, after);
  }
}
