import { keyIndex } from '../../state/key-index.ts';
import type { KeyIndex } from '../../state/key-index-shape.ts';
import { type KeyPart, checkParts } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import { State } from '../../state/state.ts';
import type { Duration } from '../../time/duration.ts';

/** One value of a key, and since when it holds. */
export interface Version {
  readonly time: number;
  /** Undefined: the key has none from then on. */
  readonly value: unknown;
  /** How often the key had changed before it came. */
  readonly revision: number;
}

const TIME = 0;
const VALUE = 1;
const REVISION = 2;
const SLOTS = 3;

/** A retention is kept in so many generations, which are folded as a whole. */
const GENERATIONS_PER_RETENTION = 4;
/** Fewer keys that have nothing any more are not worth being cleared away. */
const DEAD_MIN = 64;

const none: readonly Version[] = Object.freeze([]);

/**
 * The values of each key by event time: for every time not older than the horizon the one that held then.
 *
 * The horizon is the retention before where the frontier stood when the last value came: a table whose
 * source is silent, or at its end, forgets nothing.
 *
 * In memory each key has its versions in the order of their times. On disk they are rows of generations;
 * when a generation is older than the horizon, what it says of each key last goes into the base, and
 * it is dropped. So a key that does not change keeps one version, and one that was deleted nothing.
 */
export class Versions {
  readonly state: State;
  readonly #name: string;
  readonly #depth: number;
  readonly #durable: boolean;
  /** How long one generation is; Infinity: there is only one. */
  readonly #lengthMs: number;
  #index: KeyIndex;
  /** By number of key. */
  #keys: (readonly KeyPart[])[] = [];
  #versions: Version[][] = [];
  /** The row of the base, or -1. */
  #baseRows: number[] = [];
  /** By number of key, how often it has changed, as far as is known. */
  #revisions: number[] = [];
  /** How many keys have nothing any more. */
  #dead = 0;
  /** What held before it is forgotten. */
  #horizon: number = Number.NEGATIVE_INFINITY;
  readonly #retentionMs: Duration;
  /** The base is the space with a negative number; each time it is cleared up it gets another one. */
  #base: Space | undefined;
  /** What changed keys had at the last commit; only where somebody asks. */
  readonly #before: Map<number, readonly Version[]> | undefined;

  constructor(name: string, depth: number, retentionMs: Duration, durable: boolean, asked: boolean) {
    this.#name = name;
    this.#depth = depth;
    this.#durable = durable;
    this.#retentionMs = retentionMs;
    this.#lengthMs = Math.ceil(retentionMs / GENERATIONS_PER_RETENTION);
    this.#index = keyIndex(depth);
    this.#before = durable && asked ? new Map() : undefined;
    this.state = new State({ name, depth, slots: SLOTS, isList: true }, durable);
  }

  /**
   * From `time` on the key has this value, undefined for none; the later call wins where times are equal.
   * The frontier stands at `frontier`, and the horizon from now on the retention before it.
   */
  set(parts: readonly KeyPart[], time: number, value: unknown, frontier: number): void {
    let key = this.find(parts);
    if (key < 0) {
      checkParts(this.#name, parts);
      key = this.#add(parts.slice());
    }
    this.#remember(key);
    const versions = this.#versions[key] as Version[];
    if (versions.length === 0) this.#dead -= 1;
    const revision = this.#revisions[key] as number;
    this.#revisions[key] = revision + 1;
    const version: Version = { time, value, revision };
    insert(versions, version);
    const generation = this.#lengthMs === Number.POSITIVE_INFINITY ? 0 : Math.floor(time / this.#lengthMs);
    const isNew = !this.state.spaces.has(generation);
    const space = this.state.space(generation);
    this.#write(space, this.state.create(space, parts), version);
    this.#horizon = Math.max(this.#horizon, frontier - this.#retentionMs);
    if (isNew) this.#foldAll();
  }

  /** What held before it is forgotten. */
  get horizon(): number {
    return this.#horizon;
  }

  /** The number of a key, or -1; good until the next event. */
  find(parts: readonly KeyPart[]): number {
    return this.#index.find(parts);
  }

  /** What held at `time`; a version without a value is one. */
  at(key: number, time: number): Version | undefined {
    if (key < 0) return undefined;
    const versions = this.#versions[key] as Version[];
    return versions[placeBehind(versions, time) - 1];
  }

  /** The first value after `time`. */
  after(key: number, time: number): Version | undefined {
    if (key < 0) return undefined;
    const versions = this.#versions[key] as Version[];
    for (let i = placeBehind(versions, time); i < versions.length; i += 1) {
      if ((versions[i] as Version).value !== undefined) return versions[i];
    }
    return undefined;
  }

  /** The versions of a key as of the last commit. */
  committed(key: number): readonly Version[] {
    return key < 0 ? none : (this.#before?.get(key) ?? (this.#versions[key] as Version[]));
  }

  /** The numbers of all keys. */
  get count(): number {
    return this.#keys.length;
  }

  partsOf(key: number): readonly KeyPart[] {
    return this.#keys[key] as readonly KeyPart[];
  }

  #foldAll(): void {
    const over = [...this.state.spaces.keys()].filter((id) => id >= 0 && (id + 1) * this.#lengthMs <= this.#horizon);
    for (const generation of over.sort((a, b) => a - b)) this.#fold(generation);
    if (over.length > 0 && !this.#durable) this.#clearUp();
  }

  /** Everything up to the end of a generation is older than the horizon: of each key only the last version counts. */
  #fold(generation: number): void {
    const space = this.state.spaces.get(generation) as Space;
    const end = (generation + 1) * this.#lengthMs;
    for (let row = 0; row < space.size; row += 1) {
      const key = this.find(space.partsAt(row));
      const versions = this.#versions[key] as Version[];
      const last = placeBehind(versions, end - 1) - 1;
      const version = versions[last];
      // A key comes once for each of its changes; after the first time there is nothing to do.
      if (version === undefined || (last === 0 && this.#isInBase(key, version))) continue;
      this.#remember(key);
      versions.splice(0, version.value === undefined ? last + 1 : last);
      this.#revisions[key] = versions.reduce((most, one) => Math.max(most, one.revision + 1), 0);
      if (versions.length === 0) this.#dead += 1;
      this.#toBase(key, version);
    }
    this.state.drop(space);
  }

  /** A commit is durable. */
  settled(): void {
    this.#before?.clear();
    this.#clearUp();
  }

  restored(horizon: number): void {
    this.#horizon = horizon;
    const spaces = [...this.state.spaces.values()].sort((a, b) => a.id - b.id);
    for (const space of spaces) {
      if (space.id < 0) this.#base = space;
      for (let row = 0; row < space.size; row += 1) {
        const parts = space.partsAt(row);
        const found = this.find(parts);
        const key = found < 0 ? this.#add(parts) : found;
        const [time, value, revision] = space.values.map((column) => column[row]) as [number, unknown, number];
        if (space.id < 0) this.#baseRows[key] = row;
        if (space.id < 0 && value === undefined) continue;
        const versions = this.#versions[key] as Version[];
        if (versions.length === 0) this.#dead -= 1;
        insert(versions, { time, value, revision });
        this.#revisions[key] = Math.max(this.#revisions[key] as number, revision + 1);
      }
    }
  }

  /** A key that has nothing yet. */
  #add(parts: readonly KeyPart[]): number {
    const key = this.#keys.length;
    this.#index.add(parts, key);
    this.#keys.push(parts);
    this.#versions.push([]);
    this.#revisions.push(0);
    this.#baseRows.push(-1);
    this.#dead += 1;
    return key;
  }

  #remember(key: number): void {
    if (this.#before !== undefined && !this.#before.has(key)) this.#before.set(key, [...(this.#versions[key] as Version[])]);
  }

  #isInBase(key: number, { time, revision }: Version): boolean {
    const row = this.#baseRows[key] as number;
    return row >= 0 && this.#base?.values[TIME]?.[row] === time && this.#base.values[REVISION]?.[row] === revision;
  }

  #toBase(key: number, version: Version): void {
    const row = this.#baseRows[key] as number;
    if (row < 0 && version.value === undefined) return;
    const base = (this.#base ??= this.state.space(-1));
    if (row >= 0) this.state.touch(base, row);
    else this.#baseRows[key] = this.state.create(base, this.partsOf(key));
    this.#write(base, this.#baseRows[key] as number, version);
  }

  #write(space: Space, row: number, { time, value, revision }: Version): void {
    (space.values[TIME] as number[])[row] = time;
    (space.values[VALUE] as unknown[])[row] = value;
    (space.values[REVISION] as number[])[row] = revision;
  }

  /** Once most keys have nothing any more, the others get new numbers, and a new base. */
  #clearUp(): void {
    if (this.#dead < DEAD_MIN || this.#dead * 2 < this.#keys.length) return;
    const former = this.#base;
    const kept = this.#keys.map((parts, key) => ({ parts, versions: this.#versions[key] as Version[], revision: this.#revisions[key] as number, row: this.#baseRows[key] as number }));
    this.#index = keyIndex(this.#depth);
    this.#keys = [];
    this.#versions = [];
    this.#revisions = [];
    this.#baseRows = [];
    this.#base = former === undefined ? undefined : this.state.space(former.id - 1);
    for (const { parts, versions, revision, row } of kept) {
      if (versions.length === 0) continue;
      const key = this.#add(parts);
      this.#versions[key] = versions;
      this.#revisions[key] = revision;
      // Its first version is what the base says of it.
      if (row >= 0 && this.#inForce(former as Space, row)) this.#toBase(key, versions[0] as Version);
    }
    this.#dead = 0;
    if (former !== undefined) this.state.drop(former);
  }

  #inForce(base: Space, row: number): boolean {
    return base.values[VALUE]?.[row] !== undefined;
  }
}

/** Behind the last version that is not later than `time`. */
function placeBehind(versions: readonly Version[], time: number): number {
  let [from, to] = [0, versions.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((versions[middle] as Version).time <= time) from = middle + 1;
    else to = middle;
  }
  return from;
}

function insert(versions: Version[], version: Version): void {
  const place = placeBehind(versions, version.time);
  const isEqual = versions[place - 1]?.time === version.time;
  versions.splice(isEqual ? place - 1 : place, isEqual ? 1 : 0, version);
}
