import type { Entry } from '../../state/entry.ts';
import type { KeyPart, KeyShape } from '../../state/key.ts';
import { evidenceNames } from '../../time/evidence.ts';
import { END } from '../../time/frontier.ts';
import type { KeptHold } from '../../task/hold.ts';
import type { HeldFrontier } from '../../time/held-frontier.ts';
import { type Halted, Halting } from '../internal/halting.ts';
import { type BareHaltPolicy, type DropPolicy, haltSignature } from '../late-policy.ts';
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
  readonly late: DropPolicy | BareHaltPolicy;
  /** The frontier behind it, where keys may be held. */
  readonly behind: HeldFrontier | undefined;
  readonly durable: boolean;
  readonly asked: boolean;
}

/** What is known of a key: the time of its newest event, what left last, and within a step what is to leave. */
interface Upserted<K, V> {
  time: number;
  out: Row<K, V> | undefined;
  next: V | undefined;
}

/** An event that waits for a person, or behind one that does, with what was forgotten when it came. */
interface Came<T> {
  readonly event: T;
  /** Null: nothing. */
  readonly forgotten: number | null;
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
 * - Under `halt` a person decides on a late event. Accepted, one that could not be judged is put into the table;
 *   one that is older than its key's newest is not offered to be, as it would change nothing.
 * - A key that stands still is forgotten only when it is free: what was parked is judged by what was known of
 *   it when that came.
 */
export class ToTable<T, K, V> extends TableOperator<K, V, Upserted<K, V>> implements Output<T>, Halted<Came<T>> {
  readonly signature: string;
  readonly #options: ToTableOptions<T, K, V>;
  readonly #late: Output<T>;
  readonly #parts: KeyPart[];
  readonly halting: Halting<Came<T>> | undefined;
  /** Keys that have gone, by the time of their going. */
  readonly #gone = new Map<number, Entry<Upserted<K, V>>[]>();
  /** The newest going that has been forgotten. */
  #forgotten: number = NONE;

  constructor(options: ToTableOptions<T, K, V>, place: Place, next: Output<Row<K, V>>, late: Output<T>) {
    const { key, name, durable, late: policy, behind } = options;
    const keys = { depth: key.selectors.length, windowed: false, toParts: key.toParts };
    // A key that has gone stays until it is forgotten.
    const isKept = options.keepMs === Number.POSITIVE_INFINITY;
    super({ ...options, keys, settleMs: Number.POSITIVE_INFINITY }, place, next, [], ({ value }) => isKept || value.out !== undefined);
    this.signature = `table of the newest by ${key.names?.join(',') ?? key.selectors.length}${haltSignature(policy)}`;
    this.#options = options;
    this.#late = late;
    this.#parts = key.selectors.map(() => null);
    const eventOf = ({ event }: Came<T>): unknown => event;
    if (policy.kind === 'halt') this.halting = new Halting<Came<T>>({ name, policy, durable, behind, eventOf }, place, this);
  }

  push(event: T): void {
    const parts = this.#partsOf(event);
    if (this.halting?.anyKey === true && this.halting.parks(this.#came(event), parts)) return;
    const value = this.#options.value(event) ?? undefined;
    const entry = this.state.find(0, parts);
    if (this.place.moment.time >= (entry === undefined ? this.#forgotten : entry.value.time)) this.#put(entry, value);
    else if (this.halting === undefined) this.#refuse(event);
    else this.#hold(this.halting, this.#came(event), entry, this.place.frontier.value);
  }

  decided({ event }: Came<T>, accepted: object | undefined): void {
    const parts = this.#partsOf(event);
    const entry = this.state.find(0, parts);
    // Its key may have come since.
    if (accepted === undefined || (entry !== undefined && this.place.moment.time < entry.value.time)) this.#refuse(event);
    else this.#put(entry, this.#options.value(event) ?? undefined);
  }

  unpark(came: Came<T>, frontier: number): KeptHold | undefined {
    const { event, forgotten } = came;
    const parts = this.#partsOf(event);
    const value = this.#options.value(event) ?? undefined;
    const entry = this.state.find(0, parts);
    if (this.place.moment.time < (entry === undefined ? (forgotten ?? NONE) : entry.value.time)) return this.#hold(this.halting as Halting<Came<T>>, came, entry, frontier);
    this.#put(entry, value);
    return undefined;
  }

  catchUp(parts: readonly KeyPart[], frontier: number): void {
    const entry = this.state.find(0, parts);
    if (entry !== undefined && entry.value.out === undefined && entry.value.time + this.#options.keepMs <= frontier) this.#forget(entry);
  }

  leastHeldBack(): number {
    return END;
  }

  released(): void {}

  /** Of an event: good until the next one. */
  #partsOf(event: T): readonly KeyPart[] {
    const { selectors } = this.#options.key;
    const parts = this.#parts;
    for (let i = 0; i < parts.length; i += 1) parts[i] = (selectors[i] as (event: T) => KeyPart)(event);
    return parts;
  }

  #came(event: T): Came<T> {
    return { event, forgotten: this.#forgotten === NONE ? null : this.#forgotten };
  }

  #hold(halting: Halting<Came<T>>, came: Came<T>, entry: Entry<Upserted<K, V>> | undefined, frontier: number): KeptHold {
    const parts = this.#parts;
    return halting.late(came, { key: this.#options.key.toKey(parts), parts, window: undefined, frontier, before: entry?.value.out?.value, isAcceptable: entry === undefined });
  }

  #refuse(event: T): void {
    this.counters.late += 1;
    this.place.moment.touched = true;
    this.#late.push(event);
  }

  /** What is now of the key in `parts`. */
  #put(known: Entry<Upserted<K, V>> | undefined, next: V | undefined): void {
    const { moment } = this.place;
    const parts = this.#parts;
    let entry = known;
    if (entry === undefined) entry = this.create(0, parts, { time: moment.time, out: undefined, next });
    else {
      this.state.touch(entry);
      entry.value.time = moment.time;
      entry.value.next = next;
    }
    if (this.#options.several) this.gather(entry);
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
      if (!entry.removed && entry.value.out === undefined && entry.value.time === going) this.#passed(entry);
    }
    this.#gone.delete(going);
  }

  override memo(): unknown {
    return { counters: this.counters, forgotten: this.#forgotten === NONE ? null : this.#forgotten };
  }

  override restored(memo: unknown): void {
    const { forgotten } = memo as { forgotten: number | null };
    super.restored(memo);
    this.halting?.restored();
    this.#forgotten = forgotten ?? NONE;
    for (const entry of this.state.of(0)) if (entry.value.out === undefined) this.#watchGone(entry);
  }

  #watchGone(entry: Entry<Upserted<K, V>>): void {
    const { time } = entry.value;
    const until = time + this.#options.keepMs;
    if (until === Number.POSITIVE_INFINITY) return;
    const { frontier } = this.place;
    if (until <= frontier.value) return this.#passed(entry);
    const known = this.#gone.get(time);
    if (known === undefined) this.#gone.set(time, [entry]);
    else known.push(entry);
    frontier.at(until, this);
  }

  /** The frontier has passed a going long enough ago. */
  #passed(entry: Entry<Upserted<K, V>>): void {
    if (this.halting?.anyKey !== true || this.halting.parking?.lane(entry.parts) === undefined) return this.#forget(entry);
    // Others are judged as ever.
    this.#forgotten = Math.max(this.#forgotten, entry.value.time);
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
