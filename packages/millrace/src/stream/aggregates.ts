import { checkOptions, checkRecord, refuse } from '../argument.ts';
import type { Aggregate } from '../aggregation/aggregation.ts';
import { alone } from '../aggregation/alone.ts';
import { collect } from '../aggregation/collect.ts';
import type { Columns, FieldResults, Fields } from '../aggregation/columns.ts';
import { count } from '../aggregation/count.ts';
import { type CustomAggregation, custom } from '../aggregation/custom.ts';
import { type Comparable, distinct } from '../aggregation/distinct.ts';
import { max, min } from '../aggregation/extreme.ts';
import { first, last } from '../aggregation/first-last.ts';
import type { LimitOptions } from '../aggregation/limit.ts';
import type { Ordered } from '../aggregation/ordered.ts';
import { type QuantileOptions, type Quantiles, quantile } from '../aggregation/quantile.ts';
import { type ReduceOptions, reduce } from '../aggregation/reduce.ts';
import { type Summable, type Widened, sum } from '../aggregation/sum.ts';
import { together } from '../aggregation/together.ts';
import { top } from '../aggregation/top.ts';
import { type Grouped, collectGroup } from '../operator/group-window/collect-group.ts';
import { checkLate, stepText } from '../operator/late-check.ts';
import { type BareHaltPolicy, type Early, type LatePolicy, drop } from '../operator/late-policy.ts';
import type { Finality } from '../operator/row.ts';
import type { Port, WindowNode } from '../plan/node.ts';
import type { KeyShape } from '../state/key.ts';
import type { Duration } from '../time/duration.ts';
import type { GroupWindowing } from '../time/group-windowing.ts';
import type { Windowing } from '../time/windowing.ts';
import type { Builder } from './builder.ts';
import type { LateOf } from './late-settings.ts';
import type { Table } from './table.ts';
import { checkWindowed, fillMs } from './window-settings.ts';

/** What every aggregation can be told; L: which policies for late events its windows have. */
export interface AggregateOptions<L = LatePolicy> {
  /** Durable state is found again by its name; required when the program has a store. */
  readonly name?: string;
  /** How long a closed window can still be asked, in ms of event time; 'forever' says so. Default 0. Of windows only. */
  readonly keep?: Duration | 'forever';
  /** How long the table can be asked what it said at earlier commits, in ms of event time. With a store only; not of groups of a table. */
  readonly history?: Duration;
  /**
   * What happens to an event whose window is closed: `drop()`, the default, or `revise({ retain })`,
   * `reconcile({ at, keep })` or `halt(…)`. Of windows only; counts, for which nothing is late, drop.
   *
   * Tumbling, calendar and hopping windows have `halt({ scope, keep })`: a late event can be accepted. Sessions,
   * sliding windows and groups have `halt({ scope })`: it can only be looked at, and discarded. The global window
   * has none.
   */
  readonly late?: L;
  /** Rows of open windows leave before they close: with 'each' event, or `every(period)` of event time. Of windows only. */
  readonly early?: 'each' | Early;
  /**
   * For how long after its last event a key's empty windows leave too, with the result of no events: a
   * count or a sum of 0. Of aligned and hopping windows only. Left out: empty windows say nothing.
   */
  readonly fill?: Duration;
}

/** Several aggregations by name; or, as it was written before, as a part of the options. */
export type FieldsOrOptions<F, L = LatePolicy> = F | (AggregateOptions<L> & { readonly of: F });

/**
 * The ways to turn the events of a key, or of a key and a window, into one value; F: whether the events may be
 * taken back; L: which policies for late events there are.
 */
export interface Aggregates<T, K, F extends Finality = 'final', L = LatePolicy> {
  /** How many events. */
  count(options?: AggregateOptions<L>): Table<K, number, T, F>;
  /** The exact sum of safe integers, of bigints, or of decimals given as text ('12.30'). */
  sum<N extends Summable>(select: (value: T) => N, options?: AggregateOptions<L>): Table<K, Widened<N>, T, F>;
  min<V extends Ordered>(select: (value: T) => V, options?: AggregateOptions<L>): Table<K, V, T, F>;
  max<V extends Ordered>(select: (value: T) => V, options?: AggregateOptions<L>): Table<K, V, T, F>;
  /** The first event by event time, then by position, or what is selected of it. */
  first(options?: AggregateOptions<L>): Table<K, T, T, F>;
  first<V>(select: (value: T) => V, options?: AggregateOptions<L>): Table<K, V, T, F>;
  /** The last event by event time, then by position, or what is selected of it. */
  last(options?: AggregateOptions<L>): Table<K, T, T, F>;
  last<V>(select: (value: T) => V, options?: AggregateOptions<L>): Table<K, V, T, F>;
  /** How many different values, exactly. At most `max` are remembered; 1,000,000 unless told otherwise. */
  distinct(select: (value: T) => Comparable, options?: AggregateOptions<L> & LimitOptions): Table<K, number, T, F>;
  /** The `n` events that are greatest by an order, greatest first; of equals the one that happened first. */
  top(n: number, by: (value: T) => Ordered, options?: AggregateOptions<L>): Table<K, readonly T[], T, F>;
  /** The value below which a part of all values lies, off by less than `error` of it; or several, in their order. */
  quantile(select: (value: T) => number, q: number, options?: AggregateOptions<L> & QuantileOptions): Table<K, number, T, F>;
  quantile<const Q extends readonly number[]>(select: (value: T) => number, qs: Q, options?: AggregateOptions<L> & QuantileOptions): Table<K, Quantiles<Q>, T, F>;
  /** All events by event time, then by position, or what is selected of each; at most `max`, 10,000 unless told otherwise. */
  collect(options?: AggregateOptions<L> & LimitOptions): Table<K, readonly T[], T, F>;
  collect<V>(select: (value: T) => V, options?: AggregateOptions<L> & LimitOptions): Table<K, readonly V[], T, F>;
  /** Events combined two by two into one of their kind, in the order in which they arrive. */
  reduce(combine: (reduced: T, value: T) => T, options?: AggregateOptions<L> & ReduceOptions<T>): Table<K, T, T, F>;
  /** Several aggregations at once: `aggregate({ n: count(), tokens: sum((e) => e.tokens) }, { name: 'usage' })`. */
  aggregate<S extends Fields<T>>(fields: FieldsOrOptions<S, L>, options?: AggregateOptions<L>): Table<K, FieldResults<S>, T, F>;
  /** An aggregation of your own: `aggregate({ create, add, result }, { name: 'mine' })`. */
  aggregate<A, R>(own: AggregateOptions<L> & CustomAggregation<T, A, R>, options?: AggregateOptions<L>): Table<K, R, T, F>;
}

/** The ways to turn the events of a group into one value: those of all windows, and to collect it as it is. */
export type GroupAggregates<T, K, Open extends T, Close extends T, F extends Finality = 'final', L = LateOf<GroupWindowing<T, Open, Close>>> = Omit<Aggregates<T, K, F, L>, 'collect'> & {
  /** What opened it, what closed it, all its events by event time, then by position, and whether it timed out. */
  collect(options?: AggregateOptions<L>): Table<K, Grouped<T, Open, Close>, T, F>;
};

/** Whichever policy: what windows do not have was refused. */
type AnyLate = LatePolicy | BareHaltPolicy;
type AnyOptions = AggregateOptions<AnyLate>;

/** Where aggregates are added to a program. */
export interface AggregatesPlace<F extends Finality> {
  readonly builder: Builder;
  readonly tableOf: <K, V, T>(node: number) => Table<K, V, T, F>;
  readonly input: Port;
}

export function aggregates<T, K, F extends Finality>(place: AggregatesPlace<F>, key: KeyShape<T, K>, windowing: Windowing | undefined): Aggregates<T, K, F, AnyLate> {
  return aggregatesBy(tableOf(place, key, windowing));
}

/** All aggregations, each added to a program by its columns. */
export function aggregatesBy<T, K, F extends Finality>(table: <V>(columns: Columns<T, V>, options?: AnyOptions) => Table<K, V, T, F>): Aggregates<T, K, F, AnyLate> {
  /** `own`: the options that this aggregation has besides those of all. */
  const add = <V>(call: string, own: readonly string[], make: () => Aggregate<T, V>, options?: AnyOptions): Table<K, V, T, F> => {
    checkOptions(`${call}(options)`, options, [...OPTIONS, ...own]);
    return table(alone(make()), options);
  };
  const selected =
    (call: string, own: readonly string[], make: (select: (value: T) => unknown, options?: LimitOptions) => Aggregate<T, unknown>) =>
    (select?: ((value: T) => unknown) | (AnyOptions & LimitOptions), options?: AnyOptions & LimitOptions): Table<K, unknown, T, F> =>
      typeof select === 'function' ? add(call, own, () => make(select, options), options) : add(call, own, () => make((value) => value, select), select);
  return {
    count: (options) => add('count', [], () => count(), options),
    sum: (select, options) => add('sum', [], () => sum(select), options),
    min: (select, options) => add('min', [], () => min(select), options),
    max: (select, options) => add('max', [], () => max(select), options),
    first: selected('first', [], (select) => first(select)) as Aggregates<T, K, F, AnyLate>['first'],
    last: selected('last', [], (select) => last(select)) as Aggregates<T, K, F, AnyLate>['last'],
    distinct: (select, options) => add('distinct', ['max'], () => distinct(select, options), options),
    top: (n, by, options) => add('top', [], () => top(n, by), options),
    quantile: ((select: (value: T) => number, q: number, options?: AnyOptions & QuantileOptions) =>
      add('quantile', ['error'], () => quantile(select, q, options), options)) as Aggregates<T, K, F, AnyLate>['quantile'],
    collect: selected('collect', ['max'], (select, options) => collect(select, options)) as Aggregates<T, K, F, AnyLate>['collect'],
    reduce: (combine, options) => add('reduce', ['subtract', 'merge'], () => reduce(combine, options), options),
    aggregate: ((what: Fields<T> | OptionsWithFields<T> | Own<T>, options?: AnyOptions) => {
      checkRecord('aggregate(fields)', what);
      if (isOwn<T>(what)) return add('aggregate', OWN, () => custom(what), options ?? what);
      const isWithFields = hasFields<T>(what);
      checkOptions('aggregate(options)', isWithFields ? (options ?? what) : options, [...OPTIONS, 'of']);
      return isWithFields ? table(together(what.of), options ?? what) : table(together(what as Fields<T>), options);
    }) as Aggregates<T, K, F, AnyLate>['aggregate'],
  };
}

/** What every aggregation can be told, and one of your own besides. */
const OPTIONS: readonly (keyof AnyOptions)[] = ['name', 'keep', 'history', 'late', 'early', 'fill'];
const OWN: readonly (keyof CustomAggregation<unknown, unknown, unknown>)[] = ['create', 'add', 'subtract', 'merge', 'result'];

type Own<T> = AnyOptions & CustomAggregation<T, unknown, unknown>;
type OptionsWithFields<T> = AnyOptions & { readonly of: Fields<T> };

/** Functions, where fields are objects: a field may be named `create`. */
function isOwn<T>(what: object): what is Own<T> {
  return 'create' in what && typeof what.create === 'function';
}

/** A record of aggregations, which is none itself: a field may be named `of`. */
function hasFields<T>(what: object): what is OptionsWithFields<T> {
  return 'of' in what && typeof what.of === 'object' && what.of !== null && !('take' in what.of && typeof what.of.take === 'function');
}

/** Adds a table of `columns` to the program. */
function tableOf<T, K, F extends Finality>(place: AggregatesPlace<F>, key: KeyShape<T, K>, windowing: Windowing | undefined): <V>(columns: Columns<T, V>, options?: AnyOptions) => Table<K, V, T, F> {
  const { builder, input } = place;
  return <V>(columns: Columns<T, V>, options: AnyOptions = {}): Table<K, V, T, F> => {
    if (windowing === undefined) checkUnwindowed(options);
    else checkWindowed(windowing, options);
    const common = {
      inputs: [input],
      name: options.name,
      key: key as KeyShape<unknown, unknown>,
      columns: columns as Columns<unknown, unknown>,
      historyMs: historyMs(options.history),
    };
    const node =
      windowing === undefined
        ? builder.add({ kind: 'aggregate', ...common })
        : builder.add({ kind: 'window', ...common, windowing, ...closingOf(options), fillMs: fillMs(options.fill, windowing, columns) });
    return place.tableOf(node);
  };
}

function checkUnwindowed({ name, keep, late, early, fill }: AnyOptions): void {
  if (fill !== undefined) throw new RangeError('fill: a table without windows has no empty ones');
  if (keep !== undefined) throw new RangeError('keep: a table without windows keeps every row');
  checkLate(stepText('the aggregation without windows', name), late, [], 'nothing is late for a table without windows');
  if (early !== undefined) throw new RangeError('early: a table without windows emits every change at once');
}

function closingOf({ keep, late = drop(), early }: AnyOptions): Pick<WindowNode, 'keepMs' | 'late' | 'early'> {
  if (early !== undefined && early !== 'each' && early?.kind !== 'every') refuse('early', "'each' or every(period)", early);
  return { keepMs: keepMs(keep), late, early: early === 'each' ? { kind: 'each' } : early };
}

function historyMs(history: Duration | undefined): number | undefined {
  if (history === undefined || (Number.isSafeInteger(history) && history > 0)) return history;
  throw new RangeError(`history: ${history}: expected a positive whole number of ms`);
}

export function keepMs(keep: Duration | 'forever' = 0): number {
  if (keep === 'forever') return Number.POSITIVE_INFINITY;
  if (!Number.isSafeInteger(keep) || keep < 0) throw new RangeError(`keep: ${keep}: expected a non-negative whole number of ms, or 'forever'`);
  return keep;
}

export function groupAggregates<T, K, Open extends T, Close extends T, F extends Finality>(
  place: AggregatesPlace<F>,
  key: KeyShape<T, K>,
  windowing: GroupWindowing<T, Open, Close>,
): GroupAggregates<T, K, Open, Close, F> {
  const table = tableOf(place, key, windowing);
  return { ...aggregates(place, key, windowing), collect: collected };

  function collected(options?: AnyOptions): Table<K, Grouped<T, Open, Close>, T, F> {
    checkOptions('collect(options)', options, OPTIONS);
    return table<Grouped<T, Open, Close>>(collectGroup, options);
  }
}
