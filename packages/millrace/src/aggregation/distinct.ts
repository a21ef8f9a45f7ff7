import { checkFunction } from '../argument.ts';
import { errors } from '../error.ts';
import { textOf } from '../reason.ts';
import type { Aggregation } from './aggregation.ts';
import { type LimitOptions, checkRoom, checkedMax } from './limit.ts';

/** What can be told apart for good: values that are equal to themselves, now and after a restart. */
export type Comparable = string | number | bigint | boolean | null;

/** How many different values are remembered, unless it is told otherwise. */
export const DISTINCT_MAX = 1_000_000;

/**
 * How many different values there are, exactly: 5, 5n and '5' are three, 0 and −0 are one.
 *
 * Each is remembered, and written again with each commit in which a new one came; at most `max` of them
 * (1,000,000 unless told otherwise): an event with one more is refused (AGGREGATION_FULL).
 */
export function distinct<T>(select: (value: T) => Comparable, options: LimitOptions = {}): Aggregation<T, Comparable, Set<Comparable>, number> {
  return new Distinct('distinct', select, options, (values) => values.size);
}

/** The different values themselves, ascending: null, false and true, numbers, bigints, texts. Limited as `distinct`. */
export function distinctValues<T, V extends Comparable>(select: (value: T) => V, options: LimitOptions = {}): Aggregation<T, V, Set<V>, readonly V[]> {
  return new Distinct('distinctValues', select, options, (values) => [...values].sort(compare));
}

class Distinct<T, V extends Comparable, R> implements Aggregation<T, V, Set<V>, R> {
  readonly name: string;
  readonly atomic = true;
  readonly inPlace = true;
  readonly result: (values: ReadonlySet<V>) => R;
  readonly #select: (value: T) => V;
  readonly #max: number;

  constructor(name: string, select: (value: T) => V, { max = DISTINCT_MAX }: LimitOptions, result: (values: ReadonlySet<V>) => R) {
    checkFunction(`${name}(select)`, select);
    this.name = name;
    this.result = result;
    this.#select = select;
    this.#max = checkedMax(name, max);
  }

  take(value: T): V {
    const taken = this.#select(value);
    const type = typeof taken;
    if (type === 'string' || type === 'bigint' || type === 'boolean' || taken === null || (type === 'number' && taken === taken)) return taken;
    throw errors.NOT_COMPARABLE({ aggregation: this.name, found: textOf(taken) });
  }

  create(): Set<V> {
    return new Set();
  }

  admit(values: ReadonlySet<V>, taken: V): void {
    if (values.size >= this.#max && !values.has(taken)) checkRoom(this.name, values.size + 1, this.#max);
  }

  add(values: Set<V>, taken: V): Set<V> {
    this.admit(values, taken);
    return values.add(taken);
  }

  admitMerge(into: ReadonlySet<V>, from: ReadonlySet<V>): void {
    if (into.size + from.size <= this.#max) return;
    let size = into.size;
    for (const value of from) if (!into.has(value)) size += 1;
    checkRoom(this.name, size, this.#max);
  }

  merge(into: Set<V>, from: ReadonlySet<V>): Set<V> {
    this.admitMerge(into, from);
    for (const value of from) into.add(value);
    return into;
  }
}

const KINDS = ['object', 'boolean', 'number', 'bigint', 'string'];

function compare(one: Comparable, other: Comparable): number {
  const kinds = KINDS.indexOf(typeof one) - KINDS.indexOf(typeof other);
  if (kinds !== 0 || one === null || other === null) return kinds;
  return one < other ? -1 : one > other ? 1 : 0;
}
