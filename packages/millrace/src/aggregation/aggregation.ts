import type { At } from './at.ts';

/**
 * How many events become one value.
 *
 * What it keeps promises to be:
 * - Adding and subtracting go in two steps, so that a user function that throws has changed nothing:
 *   `take` reads what is needed from the event, and may throw; `add` and `subtract` use it.
 * - `add`, `subtract` and `merge` may change the accumulator in place and return it, or return a new one.
 *   Those that change in place say so with `inPlace`, and throw only before they have changed anything.
 * - An accumulator is plain data that the store can keep, and is the same after it was stored and read.
 * - The order in which events are added, subtracted and merged changes no result, unless the
 *   aggregation is documented to follow the order of arrival.
 */
export interface Aggregation<T, Taken, Accumulator, Result> {
  /** Its name in `describe()`. State that was stored under another name is not this aggregation's. */
  readonly name: string;
  /** Whether an `add`, a `subtract` or a `merge` that throws has changed nothing. */
  readonly atomic: boolean;
  /** True where they change the accumulator itself. Left out: they make a new one. */
  readonly inPlace?: boolean;
  /** What to take of an event, and of when and where it was. `at` is valid during the call only. */
  take(value: T, at: At): Taken;
  /** The accumulator of no events. */
  create(): Accumulator;
  add(accumulator: Accumulator, taken: Taken): Accumulator;
  /** Throws, and changes nothing, where `add` would throw. Needed only where `inPlace` meets an `add` that can throw. */
  admit?(accumulator: Accumulator, taken: Taken): void;
  /** Takes out an event that was added: what is left is as if it had never been. Absent where that cannot be known. */
  subtract?(accumulator: Accumulator, taken: Taken): Accumulator;
  /** Both accumulators as one. Neither changes `from` nor keeps a part of it that may change later. */
  merge?(into: Accumulator, from: Accumulator): Accumulator;
  /** Throws, and changes nothing, where `merge` would throw; as `admit`. */
  admitMerge?(into: Accumulator, from: Accumulator): void;
  /** What leaves the engine. Never the accumulator itself when that may change later. */
  result(accumulator: Accumulator): Result;
}

/** An aggregation whose accumulator is not the user's business. */
// oxlint-disable-next-line typescript/no-explicit-any -- the accumulator's type is private to each aggregation
export type Aggregate<T, Result> = Aggregation<T, any, any, Result>; // any: as above
