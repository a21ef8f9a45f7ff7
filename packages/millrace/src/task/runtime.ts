import type { Output } from '../operator/operator.ts';
import type { Stateful, Table } from '../operator/stateful.ts';
import type { Settler } from '../time/settler.ts';
import type { Ledger } from '../operator/ledger/ledger.ts';
import type { Row } from '../operator/row.ts';
import type { Schedule } from '../time/schedule.ts';
import type { BadRecord } from './bad-record.ts';
import type { ChangelogOutput } from './changelog-output.ts';
import type { CorrectionBook } from './corrections.ts';
import type { Decision } from './decision.ts';
import type { Feed } from './feed.ts';
import type { HoldBook } from './hold-book.ts';
import type { Moment } from './moment.ts';
import type { SinkOutput } from './sink-output.ts';
import type { ChangelogSpec, SinkSpec } from './sink.ts';
import type { SourceSpec } from './source.ts';

/** A plan made to run: operators wired up, waiting for events. */
export interface Runtime {
  readonly sources: readonly RuntimeSource[];
  /** In topological order. */
  readonly statefuls: readonly Stateful[];
  readonly sinks: readonly RuntimeSink[];
  readonly changelogs: readonly RuntimeChangelog[];
  readonly tables: ReadonlyMap<string, Table<unknown, unknown>>;
  /** Those under the policy `reconcile`, by name: what a recount is taken from, and what it is compared with. */
  readonly reconciled: readonly Reconciled[];
}

export interface Reconciled {
  readonly name: string;
  readonly table: Table<unknown, Row<unknown, unknown>>;
  /** Not there in a batch: nothing leaves it. */
  readonly ledger: Ledger<unknown, unknown> | undefined;
  readonly at: Schedule;
}

export interface RuntimeSource {
  readonly name: string;
  readonly spec: SourceSpec<unknown>;
  /** One per partition. */
  readonly feeds: readonly Feed[];
  /** Who reads the source's `bad`. */
  readonly bad: Output<BadRecord>;
}

export interface RuntimeSink {
  readonly name: string;
  readonly spec: SinkSpec<unknown>;
  readonly output: SinkOutput<unknown>;
  /** What becomes of the program when the sink does not take its rows. */
  readonly onRefused: 'fail' | 'hold';
  /** For so long a delivery that fails is tried again; undefined: as the sink says. */
  readonly retryMs: number | undefined;
}

export interface RuntimeChangelog {
  readonly name: string;
  readonly spec: ChangelogSpec;
  readonly output: ChangelogOutput;
}

/** What a plan needs of its task to be made to run. */
export interface Host {
  readonly durable: boolean;
  readonly moment: Moment;
  readonly settler: Settler;
  readonly bad: (record: BadRecord) => void;
  /** See Place.poisoned and Place.failed. */
  readonly poisoned: ReadonlyMap<string, string>;
  readonly failed: (row: string, value: unknown, error: unknown) => void;
  /** Nothing is late: no frontier moves before the input ends, and nothing leaves by a sink. */
  readonly batch: boolean;
  /** States that have been counted anew, and have what they are given already: they are given nothing. Default: none. */
  readonly anew?: ReadonlySet<string>;
  /** Nothing leaves: sinks and changelogs are given nothing. */
  readonly mute: boolean;
  /** Writes down what has to be decided; its place in the log of decisions. */
  readonly decided: (feed: Feed, decision: Decision) => number;
  /** What waits for people. */
  readonly holds: HoldBook;
  /** Where tables say that they have corrected themselves. */
  readonly corrections: CorrectionBook;
  /** Switches off what compares events with the wall clock, for replays of old demand. */
  readonly anyTime: boolean;
}
