import type { KeyPart, KeyShape } from '../../state/key.ts';
import { type Duration, durationText } from '../../time/duration.ts';
import { evidenceNames } from '../../time/evidence.ts';
import type { State } from '../../state/state.ts';
import type { KeptHold } from '../../task/hold.ts';
import { END } from '../../time/frontier.ts';
import { type Halted, Halting } from '../internal/halting.ts';
import { type BareHaltPolicy, type DropPolicy, haltSignature } from '../late-policy.ts';
import { type Output, type Place, nowhere } from '../operator.ts';
import type { Row } from '../row.ts';
import { type Counters, type Stateful, type Table, noCounters } from '../stateful.ts';
import type { Version, Versions } from './versions.ts';

export interface VersionedOptions<T, K, V> {
  readonly name: string;
  readonly key: KeyShape<T, K>;
  /** What the table holds for an event; null or undefined: the key goes. */
  readonly value: (event: T) => V | null | undefined;
  readonly retentionMs: Duration;
  readonly late: DropPolicy | BareHaltPolicy;
  readonly durable: boolean;
}

/** Says that a key has another value from a time on. */
export interface VersionSet {
  readonly parts: readonly KeyPart[];
  readonly time: number;
}

/**
 * A table that knows what it held: for each key its values by event time.
 *
 * - A value holds from its event's time until the time of the next one; of one time the later event
 *   wins; a deletion is a value too.
 * - An event below the frontier is late, because what held then has been told: it is counted, and
 *   sent to `late`. Under `halt` a person looks at it before; what has been told stays all the same.
 * - What held before the horizon is forgotten, what holds since then is not; see Versions.
 * - As a table it holds for each key the latest value; a value that comes between two others changes
 *   what was, and not what is.
 */
export class Versioned<T, K, V> implements Output<T>, Stateful, Table<K, Row<K, V>>, Halted<T> {
  readonly name: string;
  readonly signature: string;
  readonly state: State;
  readonly counters: Counters = noCounters();
  readonly #options: VersionedOptions<T, K, V>;
  readonly #versions: Versions;
  readonly #place: Place;
  readonly #next: Output<Row<K, V>>;
  readonly #sets: Output<VersionSet>;
  readonly #late: Output<T>;
  readonly #parts: KeyPart[];
  readonly halting: Halting<T> | undefined;
  #committedHorizon: number = Number.NEGATIVE_INFINITY;

  constructor(options: VersionedOptions<T, K, V>, versions: Versions, place: Place, outputs: { next: Output<Row<K, V>>; sets: Output<VersionSet>; late: Output<T> }) {
    const { name, key, retentionMs, late: policy, durable } = options;
    this.name = name;
    this.signature = `versions for ${durationText(retentionMs)} by ${key.names?.join(',') ?? key.selectors.length}${haltSignature(policy)}`;
    this.state = versions.state;
    this.#options = options;
    this.#versions = versions;
    this.#place = place;
    this.#next = outputs.next;
    this.#sets = outputs.sets;
    this.#late = outputs.late;
    this.#parts = key.selectors.map(() => null);
    if (policy.kind === 'halt') this.halting = new Halting({ name, policy, durable, behind: place.held }, place, this);
  }

  push(event: T): void {
    const { moment, frontier } = this.#place;
    if (this.halting?.anyKey === true && this.halting.parks(event, this.#partsOf(event))) return;
    if (moment.time >= frontier.value) this.#put(event);
    else if (this.halting === undefined) this.#refuse(event);
    else this.#hold(this.halting, event, frontier.value);
  }

  decided(event: T): void {
    this.#refuse(event);
  }

  unpark(event: T, frontier: number): KeptHold | undefined {
    if (this.#place.moment.time < frontier) return this.#hold(this.halting as Halting<T>, event, frontier);
    this.#put(event);
    return undefined;
  }

  catchUp(): void {}

  leastHeldBack(): number {
    return END;
  }

  released(): void {}

  #hold(halting: Halting<T>, event: T, frontier: number): KeptHold {
    const parts = this.#partsOf(event);
    const before = this.#versions.at(this.#versions.find(parts), this.#place.moment.time)?.value;
    return halting.late(event, { key: this.#options.key.toKey(parts), parts, window: undefined, frontier, before, isAcceptable: false });
  }

  #refuse(event: T): void {
    this.counters.late += 1;
    this.#place.moment.touched = true;
    this.#late.push(event);
  }

  /** Of an event: good until the next one. */
  #partsOf(event: T): readonly KeyPart[] {
    const { selectors } = this.#options.key;
    const parts = this.#parts;
    for (let i = 0; i < parts.length; i += 1) parts[i] = (selectors[i] as (event: T) => KeyPart)(event);
    return parts;
  }

  #put(event: T): void {
    const { moment, frontier, held } = this.#place;
    const { time } = moment;
    const { key: shape, value: valueOf } = this.#options;
    const parts = this.#partsOf(event);
    const value = valueOf(event) ?? undefined;
    const versions = this.#versions;
    const before = versions.at(versions.find(parts), Number.POSITIVE_INFINITY);
    // Whoever asks the table waits for what is parked, and so what they ask for is not forgotten.
    versions.set(parts, time, value, (held ?? frontier).value);
    moment.touched = true;
    if (this.#sets !== nowhere) this.#sets.push({ parts: parts.slice(), time });
    if (this.#next === nowhere || (before !== undefined && before.time > time)) return;
    const after = versions.at(versions.find(parts), Number.POSITIVE_INFINITY);
    const key = shape.toKey(parts);
    const [was, is] = [rowOf<K, V>(key, before), rowOf<K, V>(key, after)];
    if (was !== undefined || is !== undefined) this.#next.revise(was, is);
  }

  revise(): void {
    throw new Error(`'${this.name}' keeps facts; the plan let a changing table through`);
  }

  memo(): unknown {
    const { horizon } = this.#versions;
    return { counters: this.counters, horizon: Number.isFinite(horizon) ? horizon : null };
  }

  restored(memo: unknown): void {
    const { counters, horizon } = memo as { counters: Counters; horizon: number | null };
    Object.assign(this.counters, counters);
    this.halting?.restored();
    this.#versions.restored(horizon ?? Number.NEGATIVE_INFINITY);
    this.#committedHorizon = this.#versions.horizon;
  }

  committed(): void {
    this.#versions.settled();
    this.#committedHorizon = this.#versions.horizon;
  }

  /** The row of a key as of an event time, which must not be older than the horizon; without a time the latest. */
  get(key: K, time: number = Number.POSITIVE_INFINITY): Row<K, V> | undefined {
    const { key: shape, durable } = this.#options;
    if (time < (durable ? this.#committedHorizon : this.#versions.horizon)) return undefined;
    const versions = this.#versions.committed(this.#versions.find(shape.toParts(key)));
    return rowOf(key, versions.findLast((version) => version.time <= time));
  }

  *scan(): Iterable<Row<K, V>> {
    for (let key = 0; key < this.#versions.count; key += 1) {
      const row = rowOf<K, V>(this.#options.key.toKey(this.#versions.partsOf(key)), this.#versions.committed(key).at(-1));
      if (row !== undefined) yield row;
    }
  }
}

function rowOf<K, V>(key: K, version: Version | undefined): Row<K, V> | undefined {
  if (version?.value === undefined) return undefined;
  const { time, value, revision } = version;
  return { key, window: undefined, value: value as V, time, revision, finality: 'provisional', evidence: evidenceNames(0) };
}
