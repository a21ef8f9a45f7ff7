import type { Columns } from '../../aggregation/columns.ts';
import type { KeyShape } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import { type Evidence, evidenceNames } from '../../time/evidence.ts';
import type { Interval } from '../../time/calendar.ts';
import type { DisjointWindowing } from '../../time/windowing.ts';
import type { Row } from '../row.ts';

/**
 * Behind the columns of the aggregation, where rows leave more than once: the revision that left last, and its
 * value, alone in a list; undefined while the row stands as it left, which nearly all do for ever.
 */
const TRACKED_SLOTS = 2;
/** Under `early: every`, behind what is tracked: whether a row has changed since it left. */
const STIRRED_SLOTS = 1;
/** Under `halt`, behind all that: how often what has left was adjusted; OPEN: it has not left for good. */
const ADJUSTED_SLOTS = 1;
const OPEN = -1;
/** The revision of a row that has not left. */
const NEVER = -1;

/** How rows leave: more than once; now and then while they change; or so that they can be adjusted later. */
export interface Leaving {
  readonly again: boolean;
  readonly stirs: boolean;
  readonly halts: boolean;
}

/** How one row leaves. */
export interface LeavingRow<K, V> {
  /** What left last. */
  readonly before: Row<K, V> | undefined;
  /** With a new revision, where something has left. */
  readonly again: boolean;
  /** On what the finality rests; undefined while it may still change. */
  readonly final: Evidence | undefined;
  /** Nothing changes the row from now on that does not say so before, with `changing`. */
  readonly stands: boolean;
}

/**
 * The rows of aligned windows, as they are seen from outside.
 *
 * Where rows leave once, nothing is kept besides their accumulators. Where they leave again, by a
 * revision or early, each remembers what left last, once it changes: a change has to say from what.
 */
export class WindowRows<T, K, V> {
  readonly tracked: boolean;
  readonly #stirs: boolean;
  readonly #halts: boolean;
  readonly #key: KeyShape<T, K>;
  readonly #windowing: DisjointWindowing;
  readonly #columns: Columns<T, V>;

  constructor(key: KeyShape<T, K>, windowing: DisjointWindowing, columns: Columns<T, V>, leaving: Leaving) {
    this.tracked = leaving.again || leaving.stirs || leaving.halts;
    this.#stirs = leaving.stirs;
    this.#halts = leaving.halts;
    this.#key = key;
    this.#windowing = windowing;
    this.#columns = columns;
  }

  /** How many columns there are besides those of the aggregation. */
  get slots(): number {
    return (this.tracked ? TRACKED_SLOTS : 0) + (this.#stirs ? STIRRED_SLOTS : 0) + (this.#halts ? ADJUSTED_SLOTS : 0);
  }

  /** A new row has not left. */
  begin(space: Space, row: number): void {
    const { slots } = this.#columns;
    (space.values[slots] as number[])[row] = NEVER;
    (space.values[slots + 1] as unknown[])[row] = undefined;
    if (this.#halts) (space.values[slots + this.slots - 1] as number[])[row] = OPEN;
  }

  isStirred(space: Space, row: number): boolean {
    return this.#stirs && space.values[this.#columns.slots + TRACKED_SLOTS]?.[row] === true;
  }

  stir(space: Space, row: number, stirred: boolean): void {
    if (this.#stirs) (space.values[this.#columns.slots + TRACKED_SLOTS] as unknown[])[row] = stirred;
  }

  anyStirred(space: Space): boolean {
    for (let i = 0; i < space.size; i += 1) if (this.isStirred(space, i)) return true;
    return false;
  }

  /** Under `halt`: how often it was adjusted; OPEN, −1, where it has neither left for good nor been adjusted. */
  adjusted(space: Space, row: number): number {
    return this.#halts ? (space.values[this.#columns.slots + this.slots - 1]?.[row] as number) : OPEN;
  }

  /** Under `halt`: what has left will not change, but may be adjusted; the caller has touched it. */
  setAdjusted(space: Space, row: number, times: number): void {
    (space.values[this.#columns.slots + this.slots - 1] as number[])[row] = times;
  }

  /** The revision of what left last; 0 where nothing has. */
  revision(space: Space, row: number): number {
    return Math.max(0, this.#revision(space, row));
  }

  hasLeft(space: Space, row: number): boolean {
    return this.#revision(space, row) !== NEVER;
  }

  /** What left last; undefined where nothing has. */
  left(space: Space, row: number): Row<K, V> | undefined {
    if (!this.tracked || !this.hasLeft(space, row)) return undefined;
    return this.#build(space, row, this.#valueLeft(space, row), this.#revision(space, row), undefined);
  }

  /** What left last is of this revision from now on; the caller has touched it. */
  renumber(space: Space, row: number, revision: number): void {
    (space.values[this.#columns.slots] as number[])[row] = revision;
  }

  /** A row of a window that has closed is about to change; the caller has touched it. */
  changing(space: Space, row: number): void {
    if (!this.tracked || !this.hasLeft(space, row)) return;
    const kept = space.values[this.#columns.slots + 1] as unknown[];
    if (kept[row] === undefined) kept[row] = [this.#columns.result(space.values, row)];
  }

  /** The row that leaves now, and is remembered as having left; the caller has touched it. */
  leaving(space: Space, row: number, { before, again, final, stands }: LeavingRow<K, V>): Row<K, V> {
    const { slots } = this.#columns;
    const isSame = before !== undefined && space.values[slots + 1]?.[row] === undefined;
    const value = isSame ? before.value : this.#columns.result(space.values, row);
    if (!this.tracked) return this.#build(space, row, value, 0, final);
    const former = this.#revision(space, row);
    const revision = again || former === NEVER ? former + 1 : former;
    if (this.#halts && final !== undefined) this.setAdjusted(space, row, 0);
    (space.values[slots] as number[])[row] = revision;
    (space.values[slots + 1] as unknown[])[row] = stands ? undefined : [value];
    return this.#build(space, row, value, revision, final);
  }

  /** The row as it stands, left or not; under `halt`, of what is final, as it left. */
  seen(space: Space, row: number, final: Evidence | undefined): Row<K, V> | undefined {
    if (this.#halts && final !== undefined) {
      if (this.adjusted(space, row) === OPEN) return this.seen(space, row, undefined);
      if (!this.hasLeft(space, row)) return undefined;
      return this.#build(space, row, this.#valueLeft(space, row), this.#revision(space, row), final);
    }
    const revision = this.tracked ? Math.max(0, this.#revision(space, row)) : 0;
    return this.#build(space, row, this.#columns.result(space.values, row), revision, final);
  }

  keyOf(space: Space, row: number): K {
    return this.#key.toKey(space.partsAt(row));
  }

  interval(space: Space): Interval {
    return (space.interval ??= this.#windowing.at(space.id - 1));
  }

  #valueLeft(space: Space, row: number): V {
    const kept = space.values[this.#columns.slots + 1]?.[row] as readonly [V] | undefined;
    return kept === undefined ? this.#columns.result(space.values, row) : kept[0];
  }

  #revision(space: Space, row: number): number {
    return space.values[this.#columns.slots]?.[row] as number;
  }

  /** `final`: on what the finality rests; undefined while it may still change. */
  #build(space: Space, row: number, value: V, revision: number, final: Evidence | undefined): Row<K, V> {
    return {
      key: this.#key.toKey(space.partsAt(row)),
      window: this.interval(space),
      value,
      time: space.id - 1,
      revision,
      finality: final === undefined ? 'provisional' : 'final',
      evidence: evidenceNames(final ?? 0),
    };
  }
}
