import { checkFunction, refuse } from '../argument.ts';
import { assert } from '../assert.ts';
import { errors } from '../error.ts';
import { textOf } from '../reason.ts';
import type { Aggregation } from './aggregation.ts';
import { bucketOf, leastOf } from './log-linear.ts';

/** How far a quantile may be off, as a part of itself. */
export interface QuantileOptions {
  /** From 0.00001 to 0.1; 0.01 unless told otherwise. Half as much may take twice the memory. */
  readonly error?: number;
}

export const QUANTILE_ERROR = 0.01;
export const QUANTILE_ERROR_MIN = 0.00001;
export const QUANTILE_ERROR_MAX = 0.1;
/** Quantiles are given in millionths at the finest. */
const PARTS = 1_000_000;

/** How many values are in each bucket. */
export type Buckets = Map<number, number>;

/** What several quantiles result in: one number each, in their order. */
export type Quantiles<Q extends readonly number[]> = { readonly [I in keyof Q]: number };

/**
 * The value below which a part of all values lies (0.5 the median, 0 the least, 1 the greatest): of n values
 * in order the ⌈q·n⌉-th.
 *
 * - It is nearer to zero than the true one by less than `error` of it, and never further from it; whole
 *   numbers up to 1/error are exact. Closer to zero than 10^−307 it is 0 or less than that off.
 * - Values are counted in buckets, so arrival and merging change nothing, and a value can be taken out
 *   again. There are at most as many buckets as different values, and fewer than 2/error for each
 *   doubling between the least and the greatest.
 * - It takes finite numbers and refuses the rest, event by event (NOT_FINITE).
 */
export function quantile<T>(select: (value: T) => number, q: number, options?: QuantileOptions): Aggregation<T, number, Buckets, number>;
export function quantile<T, const Q extends readonly number[]>(
  select: (value: T) => number,
  qs: Q,
  options?: QuantileOptions,
): Aggregation<T, number, Buckets, Quantiles<Q>>;
export function quantile<T>(
  select: (value: T) => number,
  asked: number | readonly number[],
  { error = QUANTILE_ERROR }: QuantileOptions = {},
): Aggregation<T, number, Buckets, number | readonly number[]> {
  checkFunction('quantile(select)', select);
  if (typeof asked !== 'number' && !Array.isArray(asked)) refuse('quantile(select, q)', 'a number or a list of them', asked);
  const qs = typeof asked === 'number' ? [asked] : asked;
  const parts = qs.map(partsOf);
  if (!(error >= QUANTILE_ERROR_MIN && error <= QUANTILE_ERROR_MAX)) {
    throw new RangeError(`quantile({ error: ${error} }): expected ${QUANTILE_ERROR_MIN.toFixed(5)} to ${QUANTILE_ERROR_MAX}`);
  }
  return new Quantile(`quantile ${qs.join(' ')} within ${error}`, select, parts, bitsFor(error), typeof asked === 'number');
}

class Quantile<T> implements Aggregation<T, number, Buckets, number | readonly number[]> {
  readonly name: string;
  readonly atomic = true;
  readonly inPlace = true;
  readonly #select: (value: T) => number;
  /** The quantiles, in millionths. */
  readonly #parts: readonly number[];
  readonly #bits: number;
  readonly #single: boolean;

  constructor(name: string, select: (value: T) => number, parts: readonly number[], bits: number, single: boolean) {
    this.name = name;
    this.#select = select;
    this.#parts = parts;
    this.#bits = bits;
    this.#single = single;
  }

  take(value: T): number {
    const taken = this.#select(value);
    if (!Number.isFinite(taken)) throw errors.NOT_FINITE({ aggregation: 'quantile', found: textOf(taken) });
    return bucketOf(taken, this.#bits);
  }

  create(): Buckets {
    return new Map();
  }

  add(buckets: Buckets, bucket: number): Buckets {
    return buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
  }

  subtract(buckets: Buckets, bucket: number): Buckets {
    const count = buckets.get(bucket) ?? 0;
    assert(count > 0, () => `${this.name}: a value is taken out that was never in`);
    if (count === 1) buckets.delete(bucket);
    else buckets.set(bucket, count - 1);
    return buckets;
  }

  merge(into: Buckets, from: Buckets): Buckets {
    for (const [bucket, count] of from) into.set(bucket, (into.get(bucket) ?? 0) + count);
    return into;
  }

  result(buckets: Buckets): number | readonly number[] {
    const order = Float64Array.from(buckets.keys()).sort();
    let n = 0;
    for (const count of buckets.values()) n += count;
    const values = this.#parts.map((part) => leastOf(bucketAt(buckets, order, rankOf(part, n)), this.#bits));
    return this.#single ? (values[0] as number) : values;
  }
}

/** The bucket of the value that is the `rank`-th, from 1; the least for 0 too. */
function bucketAt(buckets: Buckets, order: Float64Array, rank: number): number {
  let seen = 0;
  for (const bucket of order) {
    seen += buckets.get(bucket) as number;
    if (seen >= rank) return bucket;
  }
  throw new RangeError('a quantile of no values'); // rows exist only where there was an event
}

/** ⌈q·n⌉, in whole numbers: 0.07 × 100 is 7.000000000000001. */
function rankOf(part: number, n: number): number {
  const rest = (part * n) % PARTS;
  return (part * n - rest) / PARTS + (rest > 0 ? 1 : 0);
}

function partsOf(q: number): number {
  const parts = Math.round(q * PARTS);
  if (q >= 0 && q <= 1 && parts / PARTS === q) return parts;
  throw new RangeError(`quantile(${q}): expected 0 to 1, with six decimals at most`);
}

/** How many bits of the fraction keep the error. */
function bitsFor(error: number): number {
  let bits = 1;
  while (2 ** -bits > error) bits += 1;
  return bits;
}
