import { checkFunction } from '../argument.ts';
import type { Aggregation } from './aggregation.ts';
import { type At, type Kept, isBefore, keep } from './at.ts';
import { type Ordered, checkOrdered, compareOrdered } from './ordered.ts';

/** The most that can be asked for: each event is put in its place among them. */
export const TOP_MAX = 1000;

/** A candidate for the top: by how much, and who. */
export interface Ranked<V> extends Kept<V> {
  readonly rank: Ordered;
}

/**
 * The `n` events that are greatest by an order, or what is selected of each, greatest first.
 *
 * Of equals the one that happened first comes first, by event time, then by position. Ascending orders are
 * those of negative numbers: `top(3, (e) => -e.ms)`.
 */
export function top<T>(n: number, by: (value: T) => Ordered): Aggregation<T, Ranked<NoInfer<T>>, Ranked<NoInfer<T>>[], readonly NoInfer<T>[]>;
export function top<T, V>(n: number, by: (value: T) => Ordered, select: (value: T) => V): Aggregation<T, Ranked<V>, Ranked<V>[], readonly V[]>;
export function top<T>(
  n: number,
  by: (value: T) => Ordered,
  select: (value: T) => unknown = (value) => value,
): Aggregation<T, Ranked<unknown>, Ranked<unknown>[], readonly unknown[]> {
  if (!Number.isSafeInteger(n) || n < 1 || n > TOP_MAX) throw new RangeError(`top(${n}): expected 1 to ${TOP_MAX}`);
  checkFunction('top(n, by)', by);
  checkFunction('top(n, by, select)', select);
  return new Top(n, by, select);
}

class Top<T, V> implements Aggregation<T, Ranked<V>, Ranked<V>[], readonly V[]> {
  readonly name: string;
  readonly atomic = true;
  readonly inPlace = true;
  readonly #n: number;
  readonly #by: (value: T) => Ordered;
  readonly #select: (value: T) => V;

  constructor(n: number, by: (value: T) => Ordered, select: (value: T) => V) {
    this.name = `top ${n}`;
    this.#n = n;
    this.#by = by;
    this.#select = select;
  }

  take(value: T, at: At): Ranked<V> {
    const rank = this.#by(value);
    checkOrdered('top', rank);
    return { ...keep(this.#select(value), at), rank };
  }

  create(): Ranked<V>[] {
    return [];
  }

  add(best: Ranked<V>[], taken: Ranked<V>): Ranked<V>[] {
    let at = best.length;
    if (at === this.#n && !isAbove(taken, best[at - 1] as Ranked<V>)) return best;
    while (at > 0 && isAbove(taken, best[at - 1] as Ranked<V>)) at -= 1;
    best.splice(at, 0, taken);
    if (best.length > this.#n) best.pop();
    return best;
  }

  merge(into: Ranked<V>[], from: readonly Ranked<V>[]): Ranked<V>[] {
    for (const one of from) this.add(into, one);
    return into;
  }

  result(best: readonly Ranked<V>[]): readonly V[] {
    return best.map(({ value }) => value);
  }
}

function isAbove(one: Ranked<unknown>, other: Ranked<unknown>): boolean {
  const order = compareOrdered(one.rank, other.rank);
  return order === 0 ? isBefore(one, other) : order > 0;
}
