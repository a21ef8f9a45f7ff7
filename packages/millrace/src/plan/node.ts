import type { Columns } from '../aggregation/columns.ts';
import type { Early, LatePolicy } from '../operator/late-policy.ts';
import type { EventId } from '../operator/dedupe/id-bytes.ts';
import type { KeyShape } from '../state/key.ts';
import type { SinkSpec } from '../task/sink.ts';
import type { SourceSpec } from '../task/source.ts';
import type { Completeness } from '../time/completeness.ts';
import type { Duration } from '../time/duration.ts';
import type { Windowing } from '../time/windowing.ts';

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
  | WindowNode
  | AggregateNode
  | FinalNode
  | ChangesNode
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
  readonly maxAheadMs: Duration;
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
  readonly forMs: Duration;
}

export interface WindowNode extends Common {
  readonly kind: 'window';
  readonly name: string | undefined;
  readonly key: KeyShape<unknown, unknown>;
  readonly windowing: Windowing;
  readonly columns: Columns<unknown, unknown>;
  readonly late: LatePolicy;
  readonly early: Early | undefined;
  readonly keepMs: number;
  /** For how long after its last event a key's empty windows leave too, in ms; 0: they don't. */
  readonly fillMs: number;
}

export interface AggregateNode extends Common {
  readonly kind: 'aggregate';
  readonly name: string | undefined;
  readonly key: KeyShape<unknown, unknown>;
  readonly columns: Columns<unknown, unknown>;
}

export interface FinalNode extends Common {
  readonly kind: 'final';
}

export interface ChangesNode extends Common {
  readonly kind: 'changes';
}

export interface SinkNode extends Common {
  readonly kind: 'sink';
  readonly name: string;
  readonly spec: SinkSpec<unknown>;
  /** What it can take: see Sink. */
  readonly takes: 'revisable' | 'adjustable' | 'irreversible';
}

/** A program as data. */
export interface Plan {
  readonly name: string;
  readonly nodes: readonly PlanNode[];
  /** The tables that can be asked, by name, each the node that owns it. */
  readonly tables: ReadonlyMap<string, number>;
}
