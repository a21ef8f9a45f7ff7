import type { Change, Row } from '../../operator/row.ts';
import type { App } from '../../stream/pipeline.ts';
import type { Stream } from '../../stream/stream.ts';
import type { Table } from '../../stream/table.ts';
import type { Recorded } from '../reference/recorded.ts';
import type { Placed } from './place.ts';
import type { Toy } from './toy.ts';

export type OptionValue = string | number | boolean;
export type Options = Readonly<Record<string, OptionValue>>;
type Kind = 'stream' | 'table';

/** What is known of all facts on a stream, or of all rows of a table. */
export interface Traits {
  /** May be taken back: no sink gets it that cannot. */
  readonly provisional: boolean;
  /** It is the same in whatever order the same events arrive, as far as nothing is refused. */
  readonly orderFree: boolean;
  /** Nothing was refused on the way here. */
  readonly complete: boolean;
  /** Its facts stand where their events stood, and not where something moved a frontier. */
  readonly positioned: boolean;
  /** From which sources it comes. */
  readonly sources: readonly string[];
  /** One step, an event or a time that a frontier passes, may bring several: then a table behind it gathers. */
  readonly several: boolean;
}

/** A stream of the naive composition. */
export interface Flow extends Traits {
  readonly kind: 'stream';
  readonly entries: Recorded<Toy>;
}

/** A table of the naive composition: its changelog, and what can be asked in the end. */
export interface TableFlow extends Traits {
  readonly kind: 'table';
  readonly entries: Recorded<Change<unknown, unknown>>;
  /** What `scan` gives for certain. */
  readonly kept: readonly Row<unknown, unknown>[];
  /** What it may give besides: closed windows beyond their time. */
  readonly forgettable: readonly Row<unknown, unknown>[];
  /** Windows of a key of its own: what left may go back, and rows may stand in one place. */
  readonly own?: boolean;
  /** Its rows have the revisions of others, which may come and go more often. */
  readonly uncounted?: boolean;
  /** How long after its end a window may change, in ms; 0 without windows: then a row changes at the time of what changed it. */
  readonly settleMs: number;
  /** Under `reconcile`: for how long results are compared. */
  readonly reconciledMs?: number;
}

/** What goes into the naive function of an operator: entries are numbered over all its inputs by `at`. */
export type Input = StreamInput | TableInput;
export type StreamInput = Omit<Flow, 'entries'> & { readonly entries: Placed<Toy> };
export type TableInput = Omit<TableFlow, 'entries'> & { readonly entries: Placed<Change<unknown, unknown>> };

/** How the rows of a table are told apart, as far as the program says it. */
export interface Shape {
  /** What it is keyed by, in words. */
  readonly by: string;
  /** Its windows in words; empty: it has none. */
  readonly windows: string;
  /** Whether several rows may have one place, or come when that is over: then nothing keeps them by key and window. */
  readonly loose?: boolean;
}

/** What comes out, by port. */
export type Outcome = {
  readonly ports: Readonly<Record<string, Flow | TableFlow>>;
  readonly duplicates?: number;
};

/** A step of a program that is being built. */
export interface Site {
  readonly app: App;
  /** Unique in the program; state is bound to it. */
  readonly name: string;
}

// oxlint-disable-next-line typescript/no-explicit-any -- streams of both finalities
export type BuiltStream = Stream<Toy, any>; // any: as above
// oxlint-disable-next-line typescript/no-explicit-any -- what is late for a table is a toy, or not asked for
export type BuiltTable = Table<any, any, any>; // any: as above

/**
 * An operator in random pipelines: all its options, how it is written in a program, and what it means.
 *
 * A new operator joins by one entry of this kind in `operators.ts`. Its output at a number is made of the
 * input entry with that number: keep `at` where facts and steps are passed on or made of others; a row that
 * leaves because a frontier passed is made at that step and caused by the time it waited for.
 */
export interface PipelineOperator {
  readonly name: string;
  readonly takes: readonly Kind[];
  /** By name, all values. An operator without options has none. */
  readonly options: Readonly<Record<string, readonly OptionValue[]>>;
  /** It makes pairs: an event may leave in several, or in none. */
  readonly pairs?: true;
  /** With these options each event has all that it overlaps with said again: so much as if they were paired. */
  readonly repeats?: (options: Options) => boolean;
  /** It says things of its own besides. */
  readonly adds?: true;
  /** Its second input comes after its first: what comes of it before that has ended waits. */
  readonly follows?: true;
  /** Whether these options cannot be chosen together; default: all can. */
  readonly excludes?: (options: Options) => boolean;
  /** Whether the frontier behind it may stay behind that of its input; default: it does not. */
  readonly holdsBack?: (inputs: readonly Input[], options: Options) => boolean;
  /** The shape of the table that comes out; default: that of its input. */
  shape?(options: Options, inputs: readonly (Shape | undefined)[]): Shape;
  /** Whether it takes such tables, of which there may be less than it needs yet; default: all. */
  fits?(tables: readonly Shape[]): boolean;
  /** What comes out, by port, what is at the side first. */
  ports(options: Options): Readonly<Record<string, Kind>>;
  build(site: Site, inputs: readonly (BuiltStream | BuiltTable)[], options: Options): Readonly<Record<string, BuiltStream | BuiltTable>>;
  naive(name: string, inputs: readonly Input[], options: Options): Outcome;
}

/** The inputs of an operator that takes streams only. */
export function streamsOf(inputs: readonly (BuiltStream | BuiltTable)[]): readonly [BuiltStream, ...BuiltStream[]] {
  return inputs as readonly [BuiltStream, ...BuiltStream[]];
}

export function tableOf([input]: readonly (BuiltStream | BuiltTable)[]): BuiltTable {
  return input as BuiltTable;
}

export function flowsOf(inputs: readonly Input[]): readonly [StreamInput, ...StreamInput[]] {
  return inputs as readonly [StreamInput, ...StreamInput[]];
}

export function tableFlowOf([input]: readonly Input[]): TableInput {
  return input as TableInput;
}

/** What an operator without a choice of options, that turns streams into one, is written with. */
export const onlyOut = (): Readonly<Record<string, Kind>> => ({ out: 'stream' });
