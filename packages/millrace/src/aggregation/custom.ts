import type { Aggregation } from './aggregation.ts';

/** An aggregation of the user's own, in plain functions. */
export interface CustomAggregation<T, Accumulator, Result> {
  /** The accumulator of no events. Durable state keeps it as data: numbers, strings, bigints, arrays, plain objects. */
  readonly create: () => Accumulator;
  /** May change the accumulator in place; returns the one to keep. */
  readonly add: (accumulator: Accumulator, value: T) => Accumulator;
  /** What leaves the engine: a value that later calls of `add` do not change. */
  readonly result: (accumulator: Accumulator) => Result;
}

export function custom<T, Accumulator, Result>({
  create,
  add,
  result,
}: CustomAggregation<T, Accumulator, Result>): Aggregation<T, T, Accumulator, Result> {
  return Object.freeze({ name: 'custom', atomic: false, take: (value: T) => value, create, add, result });
}
