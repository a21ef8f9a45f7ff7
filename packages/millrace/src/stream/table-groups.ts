import { checkOptions } from '../argument.ts';
import type { CustomAggregation } from '../aggregation/custom.ts';
import type { Columns, FieldResults, Fields } from '../aggregation/columns.ts';
import type { Ordered } from '../aggregation/ordered.ts';
import type { Widened } from '../aggregation/sum.ts';
import { type Ranked, top } from '../operator/group/top.ts';
import type { Row } from '../operator/row.ts';
import type { Port } from '../plan/node.ts';
import type { KeyPart, KeyShape } from '../state/key.ts';
import type { AlignedWindowing, Windowing } from '../time/windowing.ts';
import { type AggregateOptions, type Aggregates, type FieldsOrOptions, aggregatesBy, keepMs } from './aggregates.ts';
import type { Builder } from './builder.ts';
import type { Table } from './table.ts';
import { checkWindowing } from './window-settings.ts';

/** Where groups are added to a program. */
export interface GroupsPlace<K> {
  readonly builder: Builder;
  readonly input: Port;
  /** How the keys of the grouped table are taken apart. */
  readonly parts: (key: K) => readonly KeyPart[];
  readonly tableOf: <G, R, T>(node: number) => Table<G, R, T, 'provisional'>;
}

/** The rows of a table by something else than their key. */
export class GroupedTable<K, V, G> {
  readonly #place: GroupsPlace<K>;
  readonly #key: KeyShape<Row<K, V>, G>;
  readonly #windowing: AlignedWindowing | undefined;

  constructor(place: GroupsPlace<K>, key: KeyShape<Row<K, V>, G>, windowing: AlignedWindowing | undefined) {
    this.#place = place;
    this.#key = key;
    this.#windowing = windowing;
  }

  /** In windows by the rows' own times: groups leave when their window closes, and whenever they change after that. */
  window(windowing: AlignedWindowing): GroupedTable<K, V, G> {
    checkWindowing(windowing);
    if (windowing.kind !== 'aligned') throw new RangeError(`groupBy(…).window(…): expected tumbling or calendar windows, got '${(windowing as Windowing).text}'`);
    return new GroupedTable(this.#place, this.#key, windowing);
  }

  /** How many rows. */
  count(options?: AggregateOptions): Table<G, number, Row<K, V>, 'provisional'> {
    return this.#all.count(options);
  }

  /** The exact sum of safe integers or bigints. */
  sum<N extends number | bigint>(select: (row: Row<K, V>) => N, options?: AggregateOptions): Table<G, Widened<N>, Row<K, V>, 'provisional'> {
    return this.#all.sum(select, options);
  }

  min<U extends Ordered>(select: (row: Row<K, V>) => U, options?: AggregateOptions): Table<G, U, Row<K, V>, 'provisional'> {
    return this.#all.min(select, options);
  }

  max<U extends Ordered>(select: (row: Row<K, V>) => U, options?: AggregateOptions): Table<G, U, Row<K, V>, 'provisional'> {
    return this.#all.max(select, options);
  }

  /** Several aggregations at once, or one of your own; see {@link Aggregates.aggregate}. */
  aggregate<F extends Fields<Row<K, V>>>(fields: FieldsOrOptions<F>, options?: AggregateOptions): Table<G, FieldResults<F>, Row<K, V>, 'provisional'>;
  aggregate<A, R>(own: AggregateOptions & CustomAggregation<Row<K, V>, A, R>, options?: AggregateOptions): Table<G, R, Row<K, V>, 'provisional'>;
  aggregate(what: never, options?: AggregateOptions): unknown {
    return this.#all.aggregate(what, options);
  }

  /** The `n` rows of each group with the greatest `by`, the greatest first, as one list. */
  top(n: number, by: (row: Row<K, V>) => Ordered, options?: AggregateOptions): Table<G, readonly Ranked<K, V>[], undefined, 'provisional'> {
    checkOptions('top(n, by, options)', options, ['name', 'keep', 'late']);
    return this.#add(top(n, by, this.#place.parts), options);
  }

  get #all(): Aggregates<Row<K, V>, G, 'provisional'> {
    // What is no policy of theirs is refused with the plan.
    return aggregatesBy((columns, options) => this.#add(columns, options as AggregateOptions));
  }

  #add<R, T>(columns: Columns<Row<K, V>, R>, { name, keep, late, early, history, fill }: AggregateOptions = {}): Table<G, R, T, 'provisional'> {
    const { builder, input, tableOf } = this.#place;
    if (early !== undefined) throw new RangeError('early: groups of a table leave when they change, or when their window closes');
    if (history !== undefined) throw new RangeError('history: groups of a table have none; give it to what the table is made by');
    if (fill !== undefined) throw new RangeError('fill: a group without rows is not there');
    const functions = { key: this.#key as KeyShape<Row<unknown, unknown>, unknown>, columns: columns as Columns<Row<unknown, unknown>, unknown> };
    return tableOf(builder.add({ kind: 'group', inputs: [input], name, ...functions, windowing: this.#windowing, late, keepMs: keepMs(keep) }));
  }
}
