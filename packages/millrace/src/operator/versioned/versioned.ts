import type { KeyPart, KeyShape } from '../../state/key.ts';
import { type Duration, durationText } from '../../time/duration.ts';
import { evidenceNames } from '../../time/evidence.ts';
import type { State } from '../../state/state.ts';
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
 *   sent to `late`.
 * - What held before the horizon is forgotten, what holds since then is not; see Versions.
 * - As a table it holds for each key the latest value; a value that comes between two others changes
 *   what was, and not what is.
 */
export class Versioned<T, K, V> implements Output<T>, Stateful, Table<K, Row<K, V>> {
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
  #committedHorizon: number = Number.NEGATIVE_INFINITY;

  constructor(options: VersionedOptions<T, K, V>, versions: Versions, place: Place, outputs: { next: Output<Row<K, V>>; sets: Output<VersionSet>; late: Output<T> }) {
    const { name, key, retentionMs } = options;
    this.name = name;
    this.signature = `versions for ${durationText(retentionMs)} by ${key.names?.join(',') ?? key.selectors.length}`;
    this.state = versions.state;
    this.#options = options;
    this.#versions = versions;
    this.#place = place;
    this.#next = outputs.next;
    this.#sets = outputs.sets;
    this.#late = outputs.late;
    this.#parts = key.selectors.map(() => null);
  }

  push(event: T): void {
    const { moment, frontier } = this.#place;
    const { time } = moment;
    if (time < frontier.value) {
      this.counters.late += 1;
      moment.touched = true;
      this.#late.push(event);
      return;
    }
    const { key: shape, value: valueOf } = this.#options;
    const parts = this.#parts;
    for (let i = 0; i < parts.length; i += 1) parts[i] = (shape.selectors[i] as (event: T) => KeyPart)(event);
    const value = valueOf(event) ?? undefined;
    const versions = this.#versions;
    const before = versions.at(versions.find(parts), Number.POSITIVE_INFINITY);
    versions.set(parts, time, value, frontier.value);
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
