import type { Entry } from '../../state/entry.ts';
import type { KeyPart, KeyShape } from '../../state/key.ts';
import { evidenceNames } from '../../time/evidence.ts';
import type { Output, Place } from '../operator.ts';
import type { Row } from '../row.ts';
import type { Leaving } from '../step-output.ts';
import { TableOperator } from '../table-operator.ts';

export interface ToTableOptions<T, K, V> {
  readonly name: string;
  readonly key: KeyShape<T, K>;
  /** What the row of an event's key becomes; nothing: it goes. */
  readonly value: (event: T) => V | null | undefined;
  /** How long a key that has gone is remembered, in ms of event time past its going. */
  readonly keepMs: number;
  /** Several events may come in one step. */
  readonly several: boolean;
  readonly durable: boolean;
  readonly asked: boolean;
}

/** What is known of a key: the time of its newest event, what left last, and within a step what is to leave. */
interface Upserted<K, V> {
  time: number;
  out: Row<K, V> | undefined;
  next: V | undefined;
}

/** Before all times: no key that has gone has been forgotten. */
const NONE = Number.NEGATIVE_INFINITY;

/**
 * The newest event of each key, by event time, and of equal times the one that is processed later.
 *
 * - An event older than its key's newest one changes nothing: it is late, counted and sent to `late`.
 * - A key that goes is remembered until the frontier has passed its going, and `keepMs` longer, so that an
 *   older event does not bring it back. An event of a key that is not there, older than a going that has
 *   been forgotten, cannot be judged: it is late too.
 */
export class ToTable<T, K, V> extends TableOperator<K, V, Upserted<K, V>> implements Output<T> {
  readonly signature: string;
  readonly #options: ToTableOptions<T, K, V>;
  readonly #late: Output<T>;
  readonly #parts: KeyPart[];
  /** Keys that have gone, by the time of their going. */
  readonly #gone = new Map<number, Entry<Upserted<K, V>>[]>();
  /** The newest going that has been forgotten. */
  #forgotten: number = NONE;

  constructor(options: ToTableOptions<T, K, V>, place: Place, next: Output<Row<K, V>>, late: Output<T>) {
    const { key } = options;
    const keys = { depth: key.selectors.length, windowed: false, toParts: key.toParts };
    super({ ...options, keys, settleMs: Number.POSITIVE_INFINITY }, place, next);
    this.signature = `table of the newest by ${key.names?.join(',') ?? key.selectors.length}`;
    this.#options = options;
    this.#late = late;
    this.#parts = key.selectors.map(() => null);
  }

  push(value: T): void {
    const { key, several, value: valueOf } = this.#options;
    const { moment } = this.place;
    const parts = this.#parts;
    for (let i = 0; i < parts.length; i += 1) parts[i] = (key.selectors[i] as (value: T) => KeyPart)(value);
    const next = valueOf(value) ?? undefined;
    let entry = this.state.find(0, parts);
    if (moment.time < (entry === undefined ? this.#forgotten : entry.value.time)) {
      this.counters.late += 1;
      moment.touched = true;
      this.#late.push(value);
      return;
    }
    if (entry === undefined) entry = this.create(0, parts, { time: moment.time, out: undefined, next });
    else {
      this.state.touch(entry);
      entry.value.time = moment.time;
      entry.value.next = next;
    }
    if (several) this.gather(entry);
    else this.pass(entry);
  }

  revise(): void {
    throw new Error(`'${this.name}' is made of facts; the plan let a changing table through`);
  }

  rowOf({ value }: Entry<Upserted<K, V>>): Row<K, V> | undefined {
    return value.out;
  }

  make(entry: Entry<Upserted<K, V>>): Leaving<K, V> | undefined {
    const { time, out: before, next } = entry.value;
    const after = next === undefined ? undefined : this.#row(entry, next);
    if (before !== undefined || after !== undefined) return { before, after, time };
    this.left(entry, undefined);
    return undefined;
  }

  left(entry: Entry<Upserted<K, V>>, row: Row<K, V> | undefined): void {
    entry.value.out = row;
    entry.value.next = undefined;
    if (row === undefined) this.#watchGone(entry);
  }

  /** The frontier has passed goings, and by `keepMs`: nothing that is on time is older. */
  override due(time: number): void {
    const going = time - this.#options.keepMs;
    for (const entry of this.#gone.get(going) ?? []) {
      // It may have come back, or gone again later.
      if (!entry.removed && entry.value.out === undefined && entry.value.time === going) this.#forget(entry);
    }
    this.#gone.delete(going);
  }

  override memo(): unknown {
    return { counters: this.counters, forgotten: this.#forgotten === NONE ? null : this.#forgotten };
  }

  override restored(memo: unknown): void {
    const { forgotten } = memo as { forgotten: number | null };
    super.restored(memo);
    this.#forgotten = forgotten ?? NONE;
    for (const entry of this.state.of(0)) if (entry.value.out === undefined) this.#watchGone(entry);
  }

  #watchGone(entry: Entry<Upserted<K, V>>): void {
    const { time } = entry.value;
    const until = time + this.#options.keepMs;
    if (until === Number.POSITIVE_INFINITY) return;
    const { frontier } = this.place;
    if (until <= frontier.value) return this.#forget(entry);
    const known = this.#gone.get(time);
    if (known === undefined) this.#gone.set(time, [entry]);
    else known.push(entry);
    frontier.at(until, this);
  }

  #forget(entry: Entry<Upserted<K, V>>): void {
    this.#forgotten = Math.max(this.#forgotten, entry.value.time);
    this.state.remove(entry);
  }

  #row({ parts, value: { time, out } }: Entry<Upserted<K, V>>, value: V): Row<K, V> {
    const revision = out === undefined ? 0 : out.revision + 1;
    const key = this.#options.key.toKey(parts);
    return { key, window: undefined, value, time, revision, finality: 'provisional', evidence: evidenceNames(0) };
  }
}
