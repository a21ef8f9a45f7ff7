import { checkFunction, checkOptionalFunction, checkRecord } from '../argument.ts';
import type { Aggregation } from './aggregation.ts';

/** An aggregation of the user's own, in plain functions. */
export interface CustomAggregation<T, Accumulator, Result> {
  /** The accumulator of no events. Durable state keeps it as data: numbers, strings, bigints, arrays, plain objects. */
  readonly create: () => Accumulator;
  /** May change the accumulator in place; returns the one to keep. */
  readonly add: (accumulator: Accumulator, value: T) => Accumulator;
  /** Takes out an event that was added: what is left must be as if it had never been. May change the accumulator in place. */
  readonly subtract?: (accumulator: Accumulator, value: T) => Accumulator;
  /** Both as one. May change `into` in place, but not `from`, and keeps no part of `from` that may change later. */
  readonly merge?: (into: Accumulator, from: Accumulator) => Accumulator;
  /** What leaves the engine: a value that later calls of `add` do not change. */
  readonly result: (accumulator: Accumulator) => Result;
}

/** An aggregation of your own, to stand among others: `{ n: count(), mine: custom({ create, add, result }) }`. */
export function custom<T, Accumulator, Result>(own: CustomAggregation<T, Accumulator, Result>): Aggregation<T, NoInfer<T>, Accumulator, Result> {
  checkRecord('custom(own)', own);
  const { create, add, subtract, merge, result } = own;
  for (const [name, part] of Object.entries({ create, add, result })) checkFunction(`an aggregation of your own, { ${name} }`, part);
  for (const [name, part] of Object.entries({ subtract, merge })) checkOptionalFunction(`an aggregation of your own, { ${name} }`, part);
  const optional = { ...(subtract !== undefined && { subtract }), ...(merge !== undefined && { merge }) };
  return Object.freeze({ name: 'custom', atomic: false, take: (value: T) => value, create, add, ...optional, result });
}
