import { checkFunction } from '../argument.ts';
import type { Aggregation } from './aggregation.ts';
import { type At, type Kept, isBefore, keep } from './at.ts';

/**
 * The first event by event time, or what is selected of it; of equal times the one whose position
 * (source, partition, offset) is first. When it arrived has no say.
 */
export function first<T>(): Aggregation<T, Kept<NoInfer<T>>, Kept<NoInfer<T>> | undefined, NoInfer<T>>;
export function first<T, V>(select: (value: T) => V): Aggregation<T, Kept<V>, Kept<V> | undefined, V>;
export function first<T>(select: (value: T) => unknown = (value) => value): Aggregation<T, Kept<unknown>, Kept<unknown> | undefined, unknown> {
  return new FirstLast('first', select, (one, other) => isBefore(one, other));
}

/** The last event by event time, or what is selected of it; of equal times the one whose position is last. */
export function last<T>(): Aggregation<T, Kept<NoInfer<T>>, Kept<NoInfer<T>> | undefined, NoInfer<T>>;
export function last<T, V>(select: (value: T) => V): Aggregation<T, Kept<V>, Kept<V> | undefined, V>;
export function last<T>(select: (value: T) => unknown = (value) => value): Aggregation<T, Kept<unknown>, Kept<unknown> | undefined, unknown> {
  return new FirstLast('last', select, (one, other) => !isBefore(one, other));
}

class FirstLast<T, V> implements Aggregation<T, Kept<V>, Kept<V> | undefined, V> {
  readonly name: string;
  readonly atomic = true;
  readonly #select: (value: T) => V;
  /** Whether one that comes takes the place of the one that is there. */
  readonly #replaces: (coming: At, there: At) => boolean;

  constructor(name: string, select: (value: T) => V, replaces: (coming: At, there: At) => boolean) {
    checkFunction(`${name}(select)`, select);
    this.name = name;
    this.#select = select;
    this.#replaces = replaces;
  }

  take(value: T, at: At): Kept<V> {
    return keep(this.#select(value), at);
  }

  create(): undefined {
    return undefined;
  }

  add(there: Kept<V> | undefined, taken: Kept<V>): Kept<V> {
    return there === undefined || this.#replaces(taken, there) ? taken : there;
  }

  merge(into: Kept<V> | undefined, from: Kept<V> | undefined): Kept<V> | undefined {
    return from === undefined ? into : this.add(into, from);
  }

  /** Rows exist only where there was an event. */
  result(there: Kept<V> | undefined): V {
    return (there as Kept<V>).value;
  }
}
