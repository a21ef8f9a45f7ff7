import type { Aggregate } from './aggregation.ts';
import type { At } from './at.ts';

/** Aggregations by the name of their result. */
export type Fields<T> = { readonly [name: string]: Aggregate<T, unknown> };

/** What a record of aggregations results in. */
export type FieldResults<F> = {
  [Name in keyof F]: F[Name] extends Aggregate<never, infer Result> ? Result : never;
};

/**
 * Aggregations over the same events, their accumulators kept as columns side by side, one row a key.
 *
 * An event counts in every column or in none: all selectors run, and all new values are made, before
 * the first one is kept. The same goes for taking an event out, and for merging two rows.
 */
export interface Columns<T, V> {
  /** As `describe()` shows it. */
  readonly name: string;
  readonly slots: number;
  /** Whether an `add`, a `subtract` or a `merge` that throws has changed nothing. */
  readonly atomic: boolean;
  /** Whether events can be taken out again. */
  readonly subtracts: boolean;
  /** Whether two rows can become one. */
  readonly merges: boolean;
  /** Makes the values of a row that has only this event; `keep` puts them in once there is a row. */
  first(value: T, at: At): void;
  keep(columns: readonly unknown[][], row: number): void;
  /** Makes a row one of no events, for others to be merged into. Its result is defined only after that. */
  create(columns: readonly unknown[][], row: number): void;
  /** Adds an event to a row. */
  add(columns: readonly unknown[][], row: number, value: T, at: At): void;
  /** Takes out of a row an event that was added to it, given as it was then. Only where `subtracts`. */
  subtract(columns: readonly unknown[][], row: number, value: T, at: At): void;
  /** Adds all events of a row of other columns, which stay as they are. Only where `merges`. */
  merge(columns: readonly unknown[][], row: number, from: readonly unknown[][], fromRow: number): void;
  /** The result of a row: what later events do not change. */
  result(columns: readonly unknown[][], row: number): V;
}
