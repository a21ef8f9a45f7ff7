import type { Persisted } from '../state/persisted.ts';
import type { Retelling } from './retelling.ts';

/** What the task does with an operator that keeps state. */
export interface Stateful {
  /** Its name in the program; durable state is bound to it. */
  readonly name: string;
  /** What must be equal for stored state to be this operator's. */
  readonly signature: string;
  readonly state: Persisted;
  /** What it did not pass on, by reason. */
  readonly counters: Counters;
  /** How many entries wait, where that is less than the state holds. */
  readonly waiting?: number;
  /** Whether a store that does not have it is one of before there was such a thing: then it begins empty. */
  readonly mayBeNew?: true;
  /** Where it can be corrected by another version of itself. */
  readonly retelling?: Retelling;
  /** What it has to know besides its state: small, as JSON, kept in every commit. */
  memo(): unknown;
  /** State and frontier are as of the last commit: take the memo back and set the timers again. */
  restored(memo: unknown): void;
  /** A commit is durable: what queries may see has moved on. */
  committed(): void;
}

/** Counts that are kept over restarts: what an operator did not pass on, by reason. */
export interface Counters {
  late: number;
  duplicates: number;
  conflicts: number;
  /** Events for which a table had no row; of joins with a table only. */
  missing?: number;
}

export const noCounters = (): Counters => ({ late: 0, duplicates: 0, conflicts: 0 });

/** What queries ask a table's owner. */
export interface Table<K, V> {
  /** The row of a key, in the window that holds `time` where the table has windows. */
  get(key: K, time: number | undefined): V | undefined;
  scan(): Iterable<V>;
  /** As `get`, as of an earlier commit; where the table has a history. */
  knownAt?(key: K, time: number | undefined, commit: number): V | undefined;
}
