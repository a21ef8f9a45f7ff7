import type { Columns } from '../aggregation/columns.ts';
import type { BareHaltPolicy, DropPolicy, Early, LatePolicy } from '../operator/late-policy.ts';
import type { JoinKind } from '../operator/join/sides.ts';
import type { Row } from '../operator/row.ts';
import type { Missing } from '../operator/as-of/missing.ts';
import type { Span } from '../operator/stream-join/span.ts';
import type { EventId } from '../operator/dedupe/id-bytes.ts';
import type { ProcessSteps } from '../operator/process/context.ts';
import type { KeyShape } from '../state/key.ts';
import type { OnBad, OnThrow } from '../task/feed-holds.ts';
import type { IntakeRules } from '../task/intake.ts';
import type { ChangelogSpec, SinkSpec } from '../task/sink.ts';
import type { SourceSpec } from '../task/source.ts';
import type { Completeness } from '../time/completeness.ts';
import type { Duration } from '../time/duration.ts';
import type { AlignedWindowing, Windowing } from '../time/windowing.ts';

/** An output of a node: `out`, or one at its side, such as `late`, `bad` or a branch of a split. */
export interface Port {
  readonly node: number;
  readonly port: string;
}

/**
 * What a program is made of: frozen data, in the order in which it was written, so that a node's
 * inputs always come before it. Values are `unknown` here; the types are checked on the surface above.
 */
export type PlanNode =
  | SourceNode
  | FilterNode
  | MapNode
  | FlatMapNode
  | MergeNode
  | SplitNode
  | DedupeNode
  | ConcatNode
  | ReorderNode
  | NumberedNode
  | DeferNode
  | ProcessNode
  | WindowNode
  | AggregateNode
  | StreamJoinNode
  | VersionedNode
  | AsOfNode
  | FinalNode
  | ChangesNode
  | ToTableNode
  | ChangesTableNode
  | TableMapNode
  | TableFilterNode
  | JoinNode
  | ForeignJoinNode
  | GroupNode
  | SinkNode;

interface Common {
  readonly id: number;
  readonly inputs: readonly Port[];
}

export interface SourceNode extends Common {
  readonly kind: 'source';
  readonly name: string;
  readonly spec: SourceSpec<unknown>;
  readonly time: (value: unknown) => number;
  readonly complete: Completeness;
  /** Undefined: what comes is taken as it is. */
  readonly intake: IntakeRules | undefined;
  readonly maxAheadMs: number;
  readonly maxLeadMs: number;
  readonly onThrow: OnThrow;
  /** Undefined: however much is bad, it goes on. */
  readonly onBad: OnBad | undefined;
}

export interface FilterNode extends Common {
  readonly kind: 'filter';
  readonly keep: (value: unknown) => boolean;
}

export interface MapNode extends Common {
  readonly kind: 'map';
  readonly change: (value: unknown) => unknown;
}

export interface FlatMapNode extends Common {
  readonly kind: 'flatMap';
  readonly spread: (value: unknown) => Iterable<unknown>;
}

export interface MergeNode extends Common {
  readonly kind: 'merge';
}

export interface SplitNode extends Common {
  readonly kind: 'split';
  /** By port. */
  readonly branches: readonly (readonly [port: string, takes: (value: unknown) => boolean])[];
}

export interface DedupeNode extends Common {
  readonly kind: 'dedupe';
  readonly name: string | undefined;
  readonly eventId: (value: unknown) => EventId;
  /** What is compared of events with one id; undefined: nothing. */
  readonly content: ((value: unknown) => unknown) | undefined;
  readonly forMs: Duration;
}

/** Of its two inputs the second comes after the first. */
export interface ConcatNode extends Common {
  readonly kind: 'concat';
  readonly name: string | undefined;
}

export interface ReorderNode extends Common {
  readonly kind: 'reorder';
  readonly name: string | undefined;
  /** Undefined: by time. */
  readonly sequence: { readonly of: (value: unknown) => number; readonly from: number } | undefined;
  /** By sequence: drop. */
  readonly late: DropPolicy | BareHaltPolicy;
}

/** Makes messages of a producer of its input. */
export interface NumberedNode extends Common {
  readonly kind: 'numbered';
  readonly name: string | undefined;
  readonly producer: string;
  readonly epoch: number;
  readonly everyMs: Duration;
}

/** Lets each event wait for a later one. At its side: `late`. */
export interface DeferNode extends Common {
  readonly kind: 'defer';
  readonly name: string | undefined;
  readonly key: KeyShape<unknown, unknown>;
  readonly until: (value: unknown, later: unknown) => boolean;
  readonly timeoutMs: Duration;
}

export interface ProcessNode extends Common {
  readonly kind: 'process';
  readonly name: string | undefined;
  readonly key: KeyShape<unknown, unknown>;
  readonly steps: ProcessSteps<unknown, unknown, unknown, unknown>;
}

export interface WindowNode extends Common {
  readonly kind: 'window';
  readonly name: string | undefined;
  readonly key: KeyShape<unknown, unknown>;
  readonly windowing: Windowing;
  readonly columns: Columns<unknown, unknown>;
  readonly late: LatePolicy | BareHaltPolicy;
  readonly early: Early | undefined;
  readonly keepMs: number;
  /** How long earlier commits can be asked for; undefined: not at all. */
  readonly historyMs: number | undefined;
  /** For how long after its last event a key's empty windows leave too, in ms; 0: they don't. */
  readonly fillMs: number;
}

export interface AggregateNode extends Common {
  readonly kind: 'aggregate';
  readonly name: string | undefined;
  readonly key: KeyShape<unknown, unknown>;
  readonly columns: Columns<unknown, unknown>;
  readonly historyMs: number | undefined;
}

/** Of two streams: the left input and the right one. */
export interface StreamJoinNode extends Common {
  readonly kind: 'streamJoin';
  readonly name: string | undefined;
  readonly join: JoinKind;
  readonly span: Span;
  readonly left: KeyShape<unknown, unknown>;
  readonly right: KeyShape<unknown, unknown>;
  readonly combine: (left: unknown, right: unknown) => unknown;
  readonly late: DropPolicy | BareHaltPolicy;
}

/** A table that knows what it held. At its side, `sets`, it says what it was told. */
export interface VersionedNode extends Common {
  readonly kind: 'versioned';
  readonly name: string | undefined;
  readonly key: KeyShape<unknown, unknown>;
  readonly value: (event: unknown) => unknown;
  readonly retentionMs: number;
  readonly late: DropPolicy | BareHaltPolicy;
}

/** Of a stream, the first input, with the versioned table whose `sets` are the second one. */
export interface AsOfNode extends Common {
  readonly kind: 'asOf';
  readonly name: string | undefined;
  readonly key: KeyShape<unknown, unknown>;
  readonly at: ((event: unknown) => number) | undefined;
  readonly missing: Missing;
  readonly combine: (event: unknown, row: unknown) => unknown;
  /** A row of the table, all of it, or a row with results that are revised. */
  readonly of: 'row' | 'all' | 'row, revised';
}

export interface FinalNode extends Common {
  readonly kind: 'final';
}

export interface ChangesNode extends Common {
  readonly kind: 'changes';
}

/** A table of the newest event of each key. */
export interface ToTableNode extends Common {
  readonly kind: 'toTable';
  readonly name: string | undefined;
  readonly key: KeyShape<unknown, unknown>;
  readonly value: (event: unknown) => unknown;
  readonly late: DropPolicy | BareHaltPolicy;
  readonly keepMs: number;
}

/** The table that changes tell of. */
export interface ChangesTableNode extends Common {
  readonly kind: 'changesTable';
  readonly name: string | undefined;
  readonly keepMs: number;
}

export interface TableMapNode extends Common {
  readonly kind: 'tableMap';
  readonly change: (row: Row<unknown, unknown>) => unknown;
}

export interface TableFilterNode extends Common {
  readonly kind: 'tableFilter';
  readonly keep: (row: Row<unknown, unknown>) => boolean;
}

/** Two tables by their common key: the left one first. */
export interface JoinNode extends Common {
  readonly kind: 'join';
  readonly name: string | undefined;
  readonly type: JoinKind;
  readonly join: (left: unknown, right: unknown, key: unknown) => unknown;
  readonly keepMs: number;
}

/** A table and one that its rows refer to: the referring one first. */
export interface ForeignJoinNode extends Common {
  readonly kind: 'foreignJoin';
  readonly name: string | undefined;
  readonly type: 'inner' | 'left';
  readonly foreign: (row: Row<unknown, unknown>) => unknown;
  readonly join: (left: unknown, right: unknown, key: unknown) => unknown;
  readonly keepMs: number;
}

/** An aggregation of the rows of a table. */
export interface GroupNode extends Common {
  readonly kind: 'group';
  readonly name: string | undefined;
  readonly key: KeyShape<Row<unknown, unknown>, unknown>;
  readonly columns: Columns<Row<unknown, unknown>, unknown>;
  /** Undefined: the windows of the rows themselves, where they have any. */
  readonly windowing: AlignedWindowing | undefined;
  /** Undefined: as the table below. */
  readonly late: LatePolicy | undefined;
  readonly keepMs: number;
}

export interface SinkNode extends Common {
  readonly kind: 'sink';
  readonly name: string;
  readonly spec: SinkSpec<unknown> | ChangelogSpec;
  /** What it can take: see Sink. */
  readonly takes: 'revisable' | 'adjustable' | 'irreversible';
  /** What becomes of the program when it does not take its rows. */
  readonly onRefused: 'fail' | 'hold';
  /** For so long a delivery that fails is tried again; undefined: as the sink says. */
  readonly retryMs: number | undefined;
}

const stateful: ReadonlySet<PlanNode['kind']> = new Set(['window', 'aggregate', 'dedupe', 'concat', 'reorder', 'numbered', 'defer', 'process', 'toTable', 'changesTable', 'join', 'foreignJoin', 'group', 'streamJoin', 'versioned', 'asOf']);

/** Whether steps of this kind keep state, which has a name where it is durable. */
export function keepsState(kind: PlanNode['kind']): boolean {
  return stateful.has(kind);
}

/** A program as data. */
export interface Plan {
  readonly name: string;
  readonly nodes: readonly PlanNode[];
  /** The tables that can be asked, by name, each the node that owns it. */
  readonly tables: ReadonlyMap<string, number>;
}
