import type { Row } from '../operator/row.ts';
import type { Table } from '../operator/stateful.ts';

/** A table as the outside knows it. */
export interface ServedTable {
  readonly name: string;
  /** The names of the key's parts; undefined for a plain key, none where everything has one key. */
  readonly keyNames: readonly string[] | undefined;
  readonly hasWindows: boolean;
}

/** What is decided on a hold. */
export interface ServedDecision {
  readonly choice: string;
  readonly at?: number;
  readonly by: string;
  readonly reason: string;
}

/** The running program, as far as its tables are asked. */
export interface ServedProgram {
  readonly name: string;
  readonly tables: readonly ServedTable[];
  /** The number of the last commit; throws NOT_RUNNING. */
  commit(): number;
  table(name: string): Table<unknown, Row<unknown, unknown>>;
  /** The row of a key, as of the last commit or an earlier one; NO_HISTORY, HISTORY_FORGOTTEN. */
  get(table: string, key: unknown, time: number | undefined, asKnownAt: number | undefined): Row<unknown, unknown> | undefined;
  status(): unknown;
  holds(): readonly unknown[];
  missing(): readonly unknown[];
  /** Decides on a hold; resolves once that is durable. Not there where nobody may. */
  readonly resolve: ((hold: number, decision: ServedDecision) => Promise<void>) | undefined;
  /** The monotonic clock, in ms. */
  now(): number;
}

/** The parameters that name a key: `key`, or `key.<name>` for each of its parts. */
export function parameterNames({ keyNames }: ServedTable): readonly string[] {
  return keyNames === undefined ? ['key'] : keyNames.map((name) => `key.${name}`);
}
