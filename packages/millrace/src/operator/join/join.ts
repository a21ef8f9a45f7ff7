import type { Entry } from '../../state/entry.ts';
import type { Output, Place } from '../operator.ts';
import type { Row } from '../row.ts';
import { changeTime } from '../change-time.ts';
import { TableInput } from '../table-input.ts';
import { partsOf, spaceOf } from '../row-keys.ts';
import type { Leaving } from '../step-output.ts';
import { TableOperator, type TableOptions } from '../table-operator.ts';
import { ABSENT, type JoinKind, NEVER, finalOf, finality } from './sides.ts';

export interface JoinOptions<K, L, R, V> extends TableOptions {
  readonly type: JoinKind;
  readonly join: (left: L | undefined, right: R | undefined, key: K) => V | undefined;
}

/** What is known of a key: both sides' rows, since when each is so, and what left last, of which revisions. */
export interface Joined<K, L, R, V> {
  left: Row<K, L> | undefined;
  right: Row<K, R> | undefined;
  leftTime: number;
  rightTime: number;
  leftRevision: number;
  rightRevision: number;
  out: Row<K, V> | undefined;
}

/**
 * Two tables by their common key, and by window where they have windows.
 *
 * - It gathers what a step brings to either side and emits one change for each key: there is no state
 *   that the two tables together never had.
 * - A row's time is that of the side that changed later. It is final when both sides are; without a
 *   partner, when its window has settled, so that none can come.
 * - A row goes when its side goes. A `join` that returns undefined leaves the row out.
 */
export class Join<K, L, R, V> extends TableOperator<K, V, Joined<K, L, R, V>> {
  readonly signature: string;
  readonly inputs: readonly [Output<Row<K, L>>, Output<Row<K, R>>];
  readonly #options: JoinOptions<K, L, R, V>;

  constructor(options: JoinOptions<K, L, R, V>, place: Place, next: Output<Row<K, V>>) {
    super(options, place, next);
    this.#options = options;
    this.signature = `${options.type} join of tables by ${options.keys.depth}${options.keys.windowed ? ' and window' : ''}`;
    this.inputs = [new TableInput((before, after) => this.#takeLeft(before, after)), new TableInput((before, after) => this.#takeRight(before, after))];
  }

  #takeLeft(before: Row<K, L> | undefined, after: Row<K, L> | undefined): void {
    const entry = this.#entryOf((after ?? before) as Row<K, L>);
    entry.value.left = after;
    entry.value.leftTime = changeTime(this.place.moment, before, after);
    this.gather(entry);
  }

  #takeRight(before: Row<K, R> | undefined, after: Row<K, R> | undefined): void {
    const entry = this.#entryOf((after ?? before) as Row<K, R>);
    entry.value.right = after;
    entry.value.rightTime = changeTime(this.place.moment, before, after);
    this.gather(entry);
  }

  /** Touched. */
  #entryOf(row: Row<K, unknown>): Entry<Joined<K, L, R, V>> {
    const space = spaceOf(row);
    const parts = partsOf(this.#options.keys, row);
    const entry = this.state.find(space, parts);
    if (entry !== undefined) {
      this.state.touch(entry);
      return entry;
    }
    const nothing = { leftTime: NEVER, rightTime: NEVER, leftRevision: ABSENT, rightRevision: ABSENT };
    return this.create(space, parts, { left: undefined, right: undefined, ...nothing, out: undefined });
  }

  rowOf({ value }: Entry<Joined<K, L, R, V>>): Row<K, V> | undefined {
    return value.out;
  }

  make(entry: Entry<Joined<K, L, R, V>>): Leaving<K, V> | undefined {
    const { leftTime, rightTime, out: before } = entry.value;
    const after = this.#after(entry.value);
    if (after !== before) return { before, after, time: Math.max(leftTime, rightTime) };
    this.left(entry, before);
    return undefined;
  }

  left(entry: Entry<Joined<K, L, R, V>>, row: Row<K, V> | undefined): void {
    this.state.touch(entry);
    const { value } = entry;
    value.out = row;
    value.leftRevision = value.left?.revision ?? ABSENT;
    value.rightRevision = value.right?.revision ?? ABSENT;
    if (value.left === undefined && value.right === undefined) this.state.remove(entry);
  }

  /** What the row is now: `out` itself where nothing about it is new. */
  #after({ left, right, leftTime, rightTime, leftRevision, rightRevision, out }: Joined<K, L, R, V>): Row<K, V> | undefined {
    const { type, join } = this.#options;
    const isThere = type === 'inner' ? left !== undefined && right !== undefined : left !== undefined || (type === 'outer' && right !== undefined);
    if (!isThere) return undefined;
    const { key, window } = (left ?? right) as Row<K, unknown>;
    const final = finalOf(left, right, this.settling);
    const isSame = (left?.revision ?? ABSENT) === leftRevision && (right?.revision ?? ABSENT) === rightRevision;
    if (isSame) {
      // What was left out stays out; and of a value that stays, so does the revision.
      if (out === undefined || final === undefined || out.finality === 'final') return out;
      return { ...out, ...finality(final) };
    }
    const value = join(left?.value, right?.value, key);
    if (value === undefined) return undefined;
    const revision = out === undefined ? 0 : out.revision + 1;
    return { key, window, value, time: Math.max(leftTime, rightTime), revision, ...finality(final) };
  }
}
