import type { Columns } from '../../aggregation/columns.ts';
import type { KeyPart, KeyShape } from '../../state/key.ts';
import { KeyedRows } from '../../state/keyed-rows.ts';
import { type Evidence, evidenceNames } from '../../time/evidence.ts';
import type { Row } from '../row.ts';
import { sortRows } from './sort-rows.ts';

/** A window that may still take events. */
export const OPEN = 0;
/** One that the frontier has passed, and that late events may change. */
export const CLOSED = 1;
/** One that never changes again. */
export const FINAL = 2;
/** What belongs to no window that leaves. */
export const HIDDEN = 3;

/** What left for a row: a change has to say from what. */
export interface Left {
  readonly start: number;
  readonly end: number;
  readonly value: unknown;
  readonly revision: number;
}

/** Behind the columns of the aggregation: start, end, order, status, evidence, left, stirred. */
const OWN_SLOTS = 7;
const ORDER_AT = 2;

export interface IntervalRowsShape<T, K, V> {
  readonly name: string;
  readonly key: KeyShape<T, K>;
  readonly columns: Columns<T, V>;
  /** Whether a row remembers what left. */
  readonly tracked: boolean;
  readonly durable: boolean;
  readonly asked: boolean;
  /** How many columns the operator has besides. */
  readonly extra: number;
  /** What the rows of a key are in the order of: their starts, or when they began. Default: starts. */
  readonly by?: 'start' | 'order';
  readonly isAfter?: (row: number, other: number) => boolean;
  /** The value of a row; where it is not given, the result of its columns. */
  readonly result?: (row: number) => V;
}

/**
 * Windows that every key has of its own, several at once: a row each, as columns.
 *
 * A row has an interval, which may still grow; an order, by when it began; a status; and what left of
 * it, where rows leave more than once.
 */
export class IntervalRows<T, K, V> {
  readonly rows: KeyedRows;
  readonly values: readonly unknown[][];
  readonly tracked: boolean;
  readonly starts: number[];
  readonly ends: number[];
  readonly orders: number[];
  readonly statuses: number[];
  readonly evidences: Evidence[];
  readonly lefts: (readonly Left[] | undefined)[];
  /** Whether a row has changed since it left. */
  readonly stirred: boolean[];
  /** Where the operator's own columns begin. */
  readonly extraAt: number;
  readonly #key: KeyShape<T, K>;
  readonly #result: (row: number) => V;
  /** Whether values are in the columns of the aggregation. */
  readonly #isCounted: boolean;
  #nextOrder = 0;

  constructor(shape: IntervalRowsShape<T, K, V>) {
    const { name, key, columns, tracked, durable, asked, extra, by = 'start', isAfter, result } = shape;
    const at = columns.slots;
    this.tracked = tracked;
    this.extraAt = at + OWN_SLOTS;
    this.#key = key;
    const common = { name, depth: key.selectors.length, slots: this.extraAt + extra, orderedBy: by === 'start' ? at : at + ORDER_AT, ...(isAfter !== undefined && { isAfter }) };
    const remember = (row: number): unknown => this.current(row);
    this.rows = new KeyedRows(asked ? { ...common, remember } : common, durable);
    const { values } = this.rows;
    this.values = values;
    this.starts = values[at] as number[];
    this.ends = values[at + 1] as number[];
    this.orders = values[at + ORDER_AT] as number[];
    this.statuses = values[at + 3] as number[];
    this.evidences = values[at + 4] as Evidence[];
    this.lefts = values[at + 5] as (readonly Left[] | undefined)[];
    this.stirred = values[at + 6] as boolean[];
    this.#isCounted = result === undefined;
    this.#result = result ?? ((row) => columns.result(values, row));
  }

  /** A new row of a key, an open one, linked. */
  begin(key: number, parts: readonly KeyPart[], start: number, end: number): number {
    const row = this.create(parts, start, end);
    this.rows.link(key, row);
    return row;
  }

  /** A new row that is still to be linked. */
  create(parts: readonly KeyPart[], start: number, end: number): number {
    const row = this.rows.create(parts);
    this.starts[row] = start;
    this.ends[row] = end;
    this.orders[row] = this.#nextOrder;
    this.#nextOrder += 1;
    this.statuses[row] = OPEN;
    this.evidences[row] = 0;
    this.lefts[row] = undefined;
    this.stirred[row] = false;
    return row;
  }

  /** Rows are as of the last commit. */
  restored(): void {
    for (const row of this.rows.rows()) this.#nextOrder = Math.max(this.#nextOrder, (this.orders[row] as number) + 1);
  }

  /** Sorts rows by when they began. */
  inOrder(rows: number[]): number[] {
    return sortRows(rows, this.orders);
  }

  /** What left last in the interval that the row has now. */
  leftOf(row: number): Left | undefined {
    const lefts = this.lefts[row];
    if (lefts === undefined) return undefined;
    const start = this.starts[row];
    const end = this.ends[row];
    return lefts.find((left) => left.start === start && left.end === end);
  }

  /** Something that left for a row, as it left. */
  former(row: number, { start, end, value, revision }: Left): Row<K, V> {
    return this.#build(row, start, end, value as V, revision, undefined);
  }

  /** The row that leaves now; it is remembered as having left, and the caller has touched it. */
  leaving(row: number, final: Evidence | undefined): Row<K, V> {
    const start = this.starts[row] as number;
    const end = this.ends[row] as number;
    if (!this.tracked) return this.#build(row, start, end, this.#result(row), 0, final);
    const left = this.leftOf(row);
    const value = left === undefined || this.stirred[row] === true ? this.#result(row) : (left.value as V);
    const revision = left === undefined ? 0 : left.revision + (this.stirred[row] === true ? 1 : 0);
    this.lefts[row] = [{ start, end, value, revision }];
    this.stirred[row] = false;
    return this.#build(row, start, end, value, revision, final);
  }

  /** The row as it stands, left or not; undefined where nobody is to see it. */
  current(row: number): Row<K, V> | undefined {
    if (this.rows.isFree(row) || this.statuses[row] === HIDDEN) return undefined;
    const isFinal = this.statuses[row] === FINAL;
    const left = this.leftOf(row);
    // What it was made of may be gone, and it is kept for nobody.
    if (isFinal && left === undefined && !this.#isCounted) return undefined;
    const value = isFinal && left !== undefined ? (left.value as V) : this.#result(row);
    return this.#build(row, this.starts[row] as number, this.ends[row] as number, value, left?.revision ?? 0, isFinal ? (this.evidences[row] as number) : undefined);
  }

  partsAt(row: number): readonly KeyPart[] {
    return this.rows.space.partsAt(row);
  }

  keyAt(row: number): K {
    return this.#key.toKey(this.partsAt(row));
  }

  #build(row: number, start: number, end: number, value: V, revision: number, final: Evidence | undefined): Row<K, V> {
    return {
      key: this.keyAt(row),
      window: { start, end },
      value,
      time: end - 1,
      revision,
      finality: final === undefined ? 'provisional' : 'final',
      evidence: evidenceNames(final ?? 0),
    };
  }
}
