import type { Row } from '../operator/row.ts';
import type { Table } from '../operator/stateful.ts';

/** A table as the outside knows it. */
export interface ServedTable {
  readonly name: string;
  /** The names of the key's parts; undefined for a plain key, none where everything has one key. */
  readonly keyNames: readonly string[] | undefined;
  readonly hasWindows: boolean;
  /** Whether it can be asked what it held at an event time. */
  readonly isVersioned: boolean;
}

/** What is decided on a hold. */
export interface ServedDecision {
  readonly choice: string;
  readonly at?: number;
  readonly by: string;
  readonly reason: string;
}

/** What subscribers say, each durable when it resolves; the number is how far the subscriber has acknowledged then. */
export interface ServedSubscriptions {
  subscribe(changelog: string, subscriber: string, from: 'oldest' | 'newest'): Promise<number>;
  unsubscribe(changelog: string, subscriber: string): Promise<void>;
  acknowledge(changelog: string, subscriber: string, position: number): Promise<number>;
}

/** The running program, as far as its tables are asked. */
export interface ServedProgram {
  readonly name: string;
  readonly tables: readonly ServedTable[];
  readonly changelogNames: readonly string[];
  /** The number of the last commit; throws NOT_RUNNING. */
  commit(): number;
  table(name: string): Table<unknown, Row<unknown, unknown>>;
  /** The row of a key, as of the last commit or an earlier one; NO_HISTORY, HISTORY_FORGOTTEN. */
  get(table: string, key: unknown, time: number | undefined, asKnownAt: number | undefined): Row<unknown, unknown> | undefined;
  status(): unknown;
  /** What its store says while it has no room. */
  full(): string | undefined;
  holds(): readonly unknown[];
  missing(): readonly unknown[];
  /** What gets what a table says; UNKNOWN_TABLE. */
  dependents(table: string): readonly unknown[];
  /** UNKNOWN_TABLE. */
  corrections(range: { readonly table?: string; readonly from?: number; readonly since?: number; readonly max: number }): readonly unknown[];
  /** Every changelog, with its subscribers. */
  changelogs(): readonly unknown[];
  /** What a subscriber has not acknowledged; UNKNOWN_CHANGELOG, UNKNOWN_SUBSCRIBER, SUBSCRIBER_BEHIND. */
  read(changelog: string, subscriber: string, max: number): { readonly acknowledged: number; readonly changes: readonly unknown[] };
  /** What subscribers say. Not there where nobody may. */
  readonly subscriptions: ServedSubscriptions | undefined;
  /** Decides on a hold; resolves once that is durable. Not there where nobody may. */
  readonly resolve: ((hold: number, decision: ServedDecision) => Promise<void>) | undefined;
  /** The monotonic clock, in ms. */
  now(): number;
}

/** The parameters that name a key: `key`, or `key.<name>` for each of its parts. */
export function parameterNames({ keyNames }: ServedTable): readonly string[] {
  return keyNames === undefined ? ['key'] : keyNames.map((name) => `key.${name}`);
}
