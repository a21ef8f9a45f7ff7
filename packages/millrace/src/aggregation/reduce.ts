import { checkFunction, checkOptionalFunction } from '../argument.ts';
import { errors } from '../error.ts';
import type { Aggregation } from './aggregation.ts';

/** What else is known of a reduction. */
export interface ReduceOptions<T> {
  /** Takes out a value that was put in: the opposite of the function. */
  readonly subtract?: (reduced: T, value: T) => T;
  /** Two reductions as one; the function itself where it is associative. Windows that are merged need it. */
  readonly merge?: (reduced: T, other: T) => T;
}

/**
 * Events combined two by two into one of their kind, in the order in which they arrive.
 *
 * The function returns a new value and changes neither of those it is given. It must not return
 * undefined (REDUCED_TO_NOTHING).
 */
export function reduce<T>(combine: (reduced: T, value: T) => T, options: ReduceOptions<T> = {}): Aggregation<T, NoInfer<T>, NoInfer<T> | undefined, NoInfer<T>> {
  const { subtract, merge } = options;
  checkFunction('reduce(combine)', combine);
  checkOptionalFunction('reduce({ subtract })', subtract);
  checkOptionalFunction('reduce({ merge })', merge);
  return Object.freeze({
    name: 'reduce',
    atomic: true,
    take: something<T>,
    create: () => undefined,
    add: (reduced: T | undefined, value: T) => (reduced === undefined ? value : something(combine(reduced, value))),
    ...(subtract !== undefined && { subtract: (reduced: T | undefined, value: T) => something(subtract(reduced as T, value)) }),
    ...(merge !== undefined && { merge: merging(merge) }),
    result: (reduced: T | undefined) => reduced as T,
  });
}

function merging<T>(merge: (reduced: T, other: T) => T): (into: T | undefined, from: T | undefined) => T | undefined {
  return (into, from) => (into === undefined || from === undefined ? (into ?? from) : something(merge(into, from)));
}

/** Undefined stands for no events yet. */
function something<T>(value: T): T {
  if (value === undefined) throw errors.REDUCED_TO_NOTHING({ found: 'undefined' });
  return value;
}
