import type { Columns } from '../../aggregation/columns.ts';
import type { KeyShape } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import { type Evidence, evidenceNames } from '../../time/evidence.ts';
import type { Interval } from '../../time/calendar.ts';
import type { DisjointWindowing } from '../../time/windowing.ts';
import type { Row } from '../row.ts';

/** Behind the columns of the aggregation, where rows leave more than once: the revision that left last, and its value. */
const TRACKED_SLOTS = 2;
/** Behind those, where rows leave every so often: whether a row has changed since it left. */
const STIRRED_SLOTS = 1;
/** The revision of a row that has not left. */
const NEVER = -1;

/**
 * The rows of aligned windows, as they are seen from outside.
 *
 * Where rows leave once, nothing is kept besides their accumulators. Where they leave again, by a
 * revision or early, each remembers what left last: a change has to say from what.
 */
export class WindowRows<T, K, V> {
  readonly tracked: boolean;
  /** How many columns rows have behind those of the aggregation. */
  readonly ownSlots: number;
  readonly #stirs: boolean;
  readonly #key: KeyShape<T, K>;
  readonly #windowing: DisjointWindowing;
  readonly #columns: Columns<T, V>;

  constructor(key: KeyShape<T, K>, windowing: DisjointWindowing, columns: Columns<T, V>, { tracked, stirs }: { readonly tracked: boolean; readonly stirs: boolean }) {
    this.tracked = tracked;
    this.ownSlots = (tracked ? TRACKED_SLOTS : 0) + (stirs ? STIRRED_SLOTS : 0);
    this.#stirs = stirs;
    this.#key = key;
    this.#windowing = windowing;
    this.#columns = columns;
  }

  /** A new row has not left. */
  begin(space: Space, row: number): void {
    const { slots } = this.#columns;
    (space.values[slots] as number[])[row] = NEVER;
    (space.values[slots + 1] as unknown[])[row] = undefined;
  }

  isStirred(space: Space, row: number): boolean {
    return this.#stirs && space.values[this.#columns.slots + TRACKED_SLOTS]?.[row] === true;
  }

  anyStirred(space: Space): boolean {
    for (let row = 0; row < space.size; row += 1) if (this.isStirred(space, row)) return true;
    return false;
  }

  stir(space: Space, row: number, stirred: boolean): void {
    if (this.#stirs) (space.values[this.#columns.slots + TRACKED_SLOTS] as unknown[])[row] = stirred;
  }

  hasLeft(space: Space, row: number): boolean {
    return this.#revision(space, row) !== NEVER;
  }

  /** What left last; undefined where nothing has. */
  left(space: Space, row: number): Row<K, V> | undefined {
    if (!this.tracked || !this.hasLeft(space, row)) return undefined;
    const value = space.values[this.#columns.slots + 1]?.[row] as V;
    return this.#build(space, row, value, this.#revision(space, row), undefined);
  }

  /** The row that leaves now, and is remembered as having left; the caller has touched it. */
  leaving(space: Space, row: number, again: boolean, final: Evidence | undefined): Row<K, V> {
    const value = this.#columns.result(space.values, row);
    if (!this.tracked) return this.#build(space, row, value, 0, final);
    const { slots } = this.#columns;
    const former = this.#revision(space, row);
    const revision = again || former === NEVER ? former + 1 : former;
    (space.values[slots] as number[])[row] = revision;
    (space.values[slots + 1] as unknown[])[row] = value;
    return this.#build(space, row, value, revision, final);
  }

  /** The row as it stands, left or not. */
  seen(space: Space, row: number, final: Evidence | undefined): Row<K, V> {
    const revision = this.tracked ? Math.max(0, this.#revision(space, row)) : 0;
    return this.#build(space, row, this.#columns.result(space.values, row), revision, final);
  }

  keyOf(space: Space, row: number): K {
    return this.#key.toKey(space.partsAt(row));
  }

  interval(space: Space): Interval {
    return (space.interval ??= this.#windowing.at(space.id - 1));
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
