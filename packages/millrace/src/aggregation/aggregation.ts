/**
 * How many events become one value.
 *
 * Adding goes in two steps, so that a user function that throws has changed nothing: `take` reads
 * what is needed from the event, and may throw; `add` puts it in. `add` may change the accumulator
 * in place and returns it, or returns a new one.
 */
export interface Aggregation<T, Taken, Accumulator, Result> {
  /** Its name in `describe()`. */
  readonly name: string;
  /** Whether an `add` that throws has changed nothing. */
  readonly atomic: boolean;
  /** What to take of an event. */
  take(value: T): Taken;
  create(): Accumulator;
  add(accumulator: Accumulator, taken: Taken): Accumulator;
  /** Takes out an event that was added: what is left is as if it had never been. Absent where that cannot be known. */
  subtract?(accumulator: Accumulator, taken: Taken): Accumulator;
  /** Both accumulators as one. Neither changes `from` nor keeps a part of it that may change later. */
  merge?(into: Accumulator, from: Accumulator): Accumulator;
  /** What leaves the engine. Never the accumulator itself when that may change later. */
  result(accumulator: Accumulator): Result;
}

/** An aggregation whose accumulator is not the user's business. */
// oxlint-disable-next-line typescript/no-explicit-any -- the accumulator's type is private to each aggregation
export type Aggregate<T, Result> = Aggregation<T, any, any, Result>; // any: as above
