import { checkOptions, checkRecord } from '../argument.ts';
import { hasAdjustments } from '../operator/late-policy.ts';
import { AS_THE_TABLE, checkLate, lateOf, stepText } from '../operator/late-check.ts';
import { errors } from '../error.ts';
import type { Adjustment } from '../operator/ledger/adjustment.ts';
import type { Ordered } from '../aggregation/ordered.ts';
import type { Ranked } from '../operator/group/top.ts';
import type { JoinKind } from '../operator/join/sides.ts';
import type { Change, Finality, Row } from '../operator/row.ts';
import { nameOf } from '../plan/compile.ts';
import type { Port } from '../plan/node.ts';
import { type KeyPart, type KeyShape, compositeKey, plainKey, unkeyed } from '../state/key.ts';
import type { Duration } from '../time/duration.ts';
import { type AggregateOptions, keepMs } from './aggregates.ts';
import type { Builder } from './builder.ts';
import type { Fitting, Sink, Takes } from './sink.ts';
import type { Stream } from './stream.ts';
import { GroupedTable } from './table-groups.ts';

/** Makes a stream of an output; streams and tables come out of each other. */
export type StreamOf = <U, F extends Finality = 'final'>(port: Port) => Stream<U, F>;

/** What steps that keep a table of their own can be told. */
export interface TableOptions {
  /** Durable state is found again by its name; required when the program has a store. */
  readonly name?: string;
  /** How long a window can still be asked once nothing of it can change, in ms of event time; 'forever' says so. Default 0. */
  readonly keep?: Duration | 'forever';
}

/** A value that a function makes of a row; undefined leaves the row out. */
export type Kept<U> = Exclude<U, undefined>;

/**
 * The latest value by key, and by window where it has windows.
 *
 * It changes: what leaves it are changes, from what to what. What will never change again is `final()`.
 * F says whether what it is made of may be taken back, and with that what was late for it.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- whoever names a table's type rarely cares what was late for it
export class Table<K, V, T = any, out F extends Finality = Finality> { // any: as above
  readonly #builder: Builder;
  readonly #streamOf: StreamOf;
  readonly node: number;

  constructor(builder: Builder, streamOf: StreamOf, node: number) {
    this.#builder = builder;
    this.#streamOf = streamOf;
    this.node = node;
  }

  /** Where its changes leave the step that makes it; no stream of facts. */
  get port(): Port {
    return { node: this.node, port: 'out' };
  }

  /** The rows that will never change again, as facts, each once: a window's when it closes. */
  final(): Stream<Row<K, V, 'final'>> {
    return this.#side('final');
  }

  /** Every change as a fact: the changelog of the table. `toTable()` makes the table of it again. */
  changes(): Stream<Change<K, V>, 'provisional'> {
    return this.#side('changes');
  }

  /** Sends the table's changes out of the engine, to a sink that can take results back. */
  to<Name extends string, S extends Takes>(sink: Sink<Change<K, V>, Name, S> & Fitting<'provisional', Name, S>): void {
    this.changes().to(sink);
  }

  /** Events that came too late: their window was closed, or their key had a newer one. */
  get late(): Stream<T, F> {
    return this.#streamOf({ node: this.node, port: 'late' });
  }

  /** Under the policies `reconcile` and `halt`: by how much results that have left were wrong, as new facts. */
  get adjustments(): Stream<Adjustment<K, V>> {
    const node = this.#builder.node(this.node);
    if (node.kind !== 'window' || !hasAdjustments(node.late)) throw errors.NOT_RECONCILED({ table: nameOf(node) });
    return this.#streamOf({ node: this.node, port: 'adjustments' });
  }

  /**
   * Each row with another value; undefined leaves it out. `change` has to make the same of the same row
   * every time, because it is asked what a row was, too.
   */
  map<U>(change: (row: Row<K, V>) => U): Table<K, Kept<U>, undefined, 'provisional'> {
    return this.#table(this.#builder.add({ kind: 'tableMap', inputs: [this.port], change: change as (row: Row<unknown, unknown>) => unknown }));
  }

  /** Only the rows for which `keep` is true; a row that stops passing goes. The same row must always be judged alike. */
  filter(keep: (row: Row<K, V>) => boolean): Table<K, V, undefined, 'provisional'> {
    return this.#table(this.#builder.add({ kind: 'tableFilter', inputs: [this.port], keep: keep as (row: Row<unknown, unknown>) => boolean }));
  }

  /**
   * The rows by something else, to be aggregated: a row that changes leaves its group and joins another.
   * Where the table has windows, groups are within them; `groupBy(…).window(…)` gives them larger ones.
   */
  groupBy<G extends KeyPart>(select: (row: Row<K, V>) => G): GroupedTable<K, V, G>;
  groupBy<G extends Record<string, KeyPart>>(select: { readonly [Name in keyof G]: (row: Row<K, V>) => G[Name] }): GroupedTable<K, V, G>;
  groupBy(select: ((row: Row<K, V>) => KeyPart) | Readonly<Record<string, (row: Row<K, V>) => KeyPart>>): unknown {
    if (typeof select !== 'function') checkRecord('groupBy(select)', select, 'a function, or functions by the names of parts');
    return this.#grouped(typeof select === 'function' ? (plainKey(select) as KeyShape<Row<K, V>, unknown>) : (compositeKey(select) as KeyShape<Row<K, V>, unknown>));
  }

  /** The `n` rows with the greatest value, or the greatest `by`, as one list: of each window, where there are windows. */
  top(n: V extends Ordered ? number : never, options?: TableOptions): Table<undefined, readonly Ranked<K, V>[], undefined, 'provisional'>;
  top(n: number, by: (row: Row<K, V>) => Ordered, options?: TableOptions): Table<undefined, readonly Ranked<K, V>[], undefined, 'provisional'>;
  top(n: number, by: unknown, options?: TableOptions): unknown {
    checkOptions('top(options)', typeof by === 'function' ? options : by, TABLE_OPTIONS);
    const select = typeof by === 'function' ? (by as (row: Row<K, V>) => Ordered) : (row: Row<K, V>) => row.value as Ordered;
    return this.#grouped(unkeyed as KeyShape<Row<K, V>, undefined>).top(n, select, typeof by === 'function' ? options : (by as TableOptions | undefined));
  }

  /** The values there are, each with how many rows have it; one that no row has any more goes. */
  distinct<G extends KeyPart>(select: (row: Row<K, V>) => G, options?: AggregateOptions): Table<G, number, Row<K, V>, 'provisional'> {
    return this.groupBy(select).count(options);
  }

  /** Rows that both tables have, by key and by window. `join` that returns undefined leaves the row out. */
  join<R, U>(right: Table<K, R>, join: (left: V, right: R, key: K) => U, options?: TableOptions): Table<K, Kept<U>, undefined, 'provisional'> {
    return this.#join('inner', portOf(right), join as never, options);
  }

  /** This table's rows, with those of the other one where it has them. */
  leftJoin<R, U>(right: Table<K, R>, join: (left: V, right: R | undefined, key: K) => U, options?: TableOptions): Table<K, Kept<U>, undefined, 'provisional'> {
    return this.#join('left', portOf(right), join as never, options);
  }

  /** The rows of either table; never are both undefined. */
  outerJoin<R, U>(right: Table<K, R>, join: (left: V | undefined, right: R | undefined, key: K) => U, options?: TableOptions): Table<K, Kept<U>, undefined, 'provisional'> {
    return this.#join('outer', portOf(right), join as never, options);
  }

  /** This table's rows, each with the row of the other table that it refers to by its key. */
  joinForeign<FK, R, U>(
    right: Table<FK, R>,
    foreign: (row: Row<K, V>) => NoInfer<FK> | null | undefined,
    join: (left: V, right: R, key: K) => U,
    options?: TableOptions,
  ): Table<K, Kept<U>, undefined, 'provisional'> {
    return this.#joinForeign('inner', portOf(right), { foreign, join: join as never }, options);
  }

  /** As `joinForeign`, and also the rows that refer to nothing that is there. */
  leftJoinForeign<FK, R, U>(
    right: Table<FK, R>,
    foreign: (row: Row<K, V>) => NoInfer<FK> | null | undefined,
    join: (left: V, right: R | undefined, key: K) => U,
    options?: TableOptions,
  ): Table<K, Kept<U>, undefined, 'provisional'> {
    return this.#joinForeign('left', portOf(right), { foreign, join: join as never }, options);
  }

  #join<U>(type: JoinKind, right: Port, join: Joining, options: TableOptions = {}): Table<K, U, undefined, 'provisional'> {
    checkOptions('join(right, join, options)', options, TABLE_OPTIONS);
    const { name, keep } = options;
    checkLate(stepText(`the ${type} join of tables`, name), lateOf(options), [], AS_THE_TABLE);
    return this.#table(this.#builder.add({ kind: 'join', inputs: [this.port, right], type, join, name, keepMs: keepMs(keep) }));
  }

  #joinForeign<U>(type: 'inner' | 'left', right: Port, { foreign, join }: { foreign: (row: Row<K, V>) => unknown; join: Joining }, options: TableOptions = {}): Table<K, U, undefined, 'provisional'> {
    checkOptions('joinForeign(right, foreign, join, options)', options, TABLE_OPTIONS);
    const { name, keep } = options;
    checkLate(stepText(`the ${type} join of a table with one it refers to`, name), lateOf(options), [], AS_THE_TABLE);
    const functions = { foreign: foreign as (row: Row<unknown, unknown>) => unknown, join };
    return this.#table(this.#builder.add({ kind: 'foreignJoin', inputs: [this.port, right], type, ...functions, name, keepMs: keepMs(keep) }));
  }

  #grouped<G>(key: KeyShape<Row<K, V>, G>): GroupedTable<K, V, G> {
    const builder = this.#builder;
    const parts = builder.partsOf(this.node) as (key: K) => readonly KeyPart[];
    return new GroupedTable({ builder, input: this.port, parts, tableOf: (node) => new Table(builder, this.#streamOf, node) }, key, undefined);
  }

  #table<L, U>(node: number): Table<L, U, undefined, 'provisional'> {
    return new Table<L, U, undefined, 'provisional'>(this.#builder, this.#streamOf, node);
  }

  #side<U, G extends Finality>(kind: 'final' | 'changes'): Stream<U, G> {
    const node = this.#builder.add({ kind, inputs: [this.port] });
    return this.#streamOf({ node, port: 'out' });
  }
}

const TABLE_OPTIONS: readonly string[] = ['name', 'keep', 'late'];

/** The changes of the other side of a join; what has none, the step refuses by its name. */
function portOf(right: { readonly port: Port }): Port {
  checkRecord('join(right)', right, 'a table');
  return right.port;
}

type Joining = (left: unknown, right: unknown, key: unknown) => unknown;
