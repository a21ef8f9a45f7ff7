import { checkFunction, checkGiven, checkOptionalFunction } from '../argument.ts';
import { checkDrops, stepText } from '../operator/late-check.ts';
import type { BareHaltPolicy, DropPolicy } from '../operator/late-policy.ts';
import type { CustomAggregation } from '../aggregation/custom.ts';
import type { FieldResults, Fields } from '../aggregation/columns.ts';
import type { Comparable } from '../aggregation/distinct.ts';
import type { LimitOptions } from '../aggregation/limit.ts';
import type { Ordered } from '../aggregation/ordered.ts';
import type { QuantileOptions, Quantiles } from '../aggregation/quantile.ts';
import type { ReduceOptions } from '../aggregation/reduce.ts';
import type { Summable, Widened } from '../aggregation/sum.ts';
import type { Deferred } from '../operator/defer/defer.ts';
import type { ProcessSteps } from '../operator/process/context.ts';
import type { Finality } from '../operator/row.ts';
import type { Port } from '../plan/node.ts';
import type { KeyShape } from '../state/key.ts';
import type { Duration } from '../time/duration.ts';
import type { GroupWindowing } from '../time/group-windowing.ts';
import type { AlignedWindowing, PlainWindowing, Windowing } from '../time/windowing.ts';
import type { Builder } from './builder.ts';
import { type AggregateOptions, type Aggregates, type AggregatesPlace, type FieldsOrOptions, type GroupAggregates, aggregates, groupAggregates, keepMs } from './aggregates.ts';
import type { VersionedOptions } from './joins.ts';
import { KeyedJoins, type StreamsOf, type WindowJoins } from './keyed-joins.ts';
import { type LateOf, lateByKey } from './late-settings.ts';
import type { JoinedStream, Stream } from './stream.ts';
import type { DeferOptions } from './stream-options.ts';
import { Table } from './table.ts';
import { textOf } from '../reason.ts';
import { WINDOW_MS_MAX } from '../time/time-max.ts';
import { checkWindowing } from './window-settings.ts';
import type { VersionedTable } from './versioned-table.ts';

/** A stream whose events belong to keys. */
export class KeyedStream<T, K, F extends Finality = 'final'> extends KeyedJoins<T, K, F> {
  readonly #builder: Builder;
  readonly #port: Port;
  readonly #key: KeyShape<T, K>;
  readonly #streams: StreamsOf;

  constructor(builder: Builder, port: Port, key: KeyShape<T, K>, streams: StreamsOf) {
    super(builder, port, key, streams);
    this.#streams = streams;
    this.#builder = builder;
    this.#port = port;
    this.#key = key;
  }

  /** Windows per key. Streams can be joined in those that are the same for all keys and do not overlap. */
  window<Open extends T, Close extends T>(windowing: GroupWindowing<T, Open, Close>): GroupAggregates<T, K, Open, Close, F>;
  window(windowing: AlignedWindowing): Aggregates<T, K, F> & WindowJoins<T, K, F>;
  window<W extends PlainWindowing>(windowing: W): Aggregates<T, K, F, LateOf<W>>;
  window(windowing: Windowing): unknown {
    checkWindowing(windowing);
    if (windowing.kind === 'group') return groupAggregates(this.#place, this.#key, windowing);
    const all = aggregates(this.#place, this.#key, windowing);
    return windowing.kind === 'aligned' ? { ...all, ...this.windowJoins(windowing) } : all;
  }

  /** How many events so far. Without windows a table changes with every event, and nothing is late for it. */
  count(options?: AggregateOptions): Table<K, number, T, F> {
    return this.#total.count(options);
  }

  /** The exact sum so far, of safe integers, of bigints, or of decimals given as text. */
  sum<N extends Summable>(select: (value: T) => N, options?: AggregateOptions): Table<K, Widened<N>, T, F> {
    return this.#total.sum(select, options);
  }

  min<V extends Ordered>(select: (value: T) => V, options?: AggregateOptions): Table<K, V, T, F> {
    return this.#total.min(select, options);
  }

  max<V extends Ordered>(select: (value: T) => V, options?: AggregateOptions): Table<K, V, T, F> {
    return this.#total.max(select, options);
  }

  /** The first event so far; see {@link Aggregates.first}. */
  first(options?: AggregateOptions): Table<K, T, T, F>;
  first<V>(select: (value: T) => V, options?: AggregateOptions): Table<K, V, T, F>;
  first(select?: unknown, options?: AggregateOptions): unknown {
    return this.#total.first(select as never, options);
  }

  /** The last event so far; see {@link Aggregates.last}. */
  last(options?: AggregateOptions): Table<K, T, T, F>;
  last<V>(select: (value: T) => V, options?: AggregateOptions): Table<K, V, T, F>;
  last(select?: unknown, options?: AggregateOptions): unknown {
    return this.#total.last(select as never, options);
  }

  /** How many different values so far, exactly; see {@link Aggregates.distinct}. */
  distinct(select: (value: T) => Comparable, options?: AggregateOptions & LimitOptions): Table<K, number, T, F> {
    return this.#total.distinct(select, options);
  }

  /** The `n` greatest events so far, greatest first; see {@link Aggregates.top}. */
  top(n: number, by: (value: T) => Ordered, options?: AggregateOptions): Table<K, readonly T[], T, F> {
    return this.#total.top(n, by, options);
  }

  /** One quantile or several, of all values so far; see {@link Aggregates.quantile}. */
  quantile(select: (value: T) => number, q: number, options?: AggregateOptions & QuantileOptions): Table<K, number, T, F>;
  quantile<const Q extends readonly number[]>(select: (value: T) => number, qs: Q, options?: AggregateOptions & QuantileOptions): Table<K, Quantiles<Q>, T, F>;
  quantile(select: (value: T) => number, q: never, options?: AggregateOptions & QuantileOptions): unknown {
    return this.#total.quantile(select, q, options);
  }

  /** All events so far, in order; see {@link Aggregates.collect}. */
  collect(options?: AggregateOptions & LimitOptions): Table<K, readonly T[], T, F>;
  collect<V>(select: (value: T) => V, options?: AggregateOptions & LimitOptions): Table<K, readonly V[], T, F>;
  collect(select?: unknown, options?: AggregateOptions & LimitOptions): unknown {
    return this.#total.collect(select as never, options);
  }

  /** All events so far combined into one of their kind; see {@link Aggregates.reduce}. */
  reduce(combine: (reduced: T, value: T) => T, options?: AggregateOptions & ReduceOptions<T>): Table<K, T, T, F> {
    return this.#total.reduce(combine, options);
  }

  /** Several aggregations at once, or one of your own; see {@link Aggregates.aggregate}. */
  aggregate<S extends Fields<T>>(fields: FieldsOrOptions<S>, options?: AggregateOptions): Table<K, FieldResults<S>, T, F>;
  aggregate<A, R>(own: AggregateOptions & CustomAggregation<T, A, R>, options?: AggregateOptions): Table<K, R, T, F>;
  aggregate(what: never, options?: AggregateOptions): unknown {
    return this.#total.aggregate(what, options);
  }

  /**
   * Each event once a later one of its key has come for which `until` is true, or none can come within the
   * time-out any more: `{ value, by }`, where `by` is the later event, or undefined.
   *
   * ```ts
   * steps.keyBy((s) => s.job).defer({ name: 'ended', until: (s, later) => s.kind === 'start' && later.kind === 'end', timeout: minutes(5) });
   * ```
   *
   * All is by event time: later is what has a later time, or an equal one and a later position, whenever it
   * arrives, and both ends of the time-out are inside. A result leaves when the frontier proves it, at the
   * time of `value`; the frontier behind waits for the oldest event that waits. An event below the frontier is
   * on `.late`. `until` is asked for each event that waits about every later one of its key.
   */
  defer<By extends T>(options: Omit<DeferOptions<T>, 'until'> & { readonly until: (event: T, later: T) => later is By }): JoinedStream<Deferred<T, By>, T, F>;
  defer(options: DeferOptions<T>): JoinedStream<Deferred<T>, T, F>;
  defer(options: DeferOptions<T>): unknown {
    checkGiven('defer(options)', options, ['name', 'until', 'timeout', 'late']);
    const { name, until, timeout } = options;
    checkDrops(stepText('defer', name), options);
    if (!Number.isSafeInteger(timeout) || timeout < 0 || timeout > WINDOW_MS_MAX) {
      throw new RangeError(`defer({ timeout: ${textOf(timeout)} }): expected a non-negative whole number of ms, at most ${WINDOW_MS_MAX}`);
    }
    const key = this.#key as KeyShape<unknown, unknown>;
    const node = this.#builder.add({ kind: 'defer', inputs: [this.#port], name, key, until: until as (value: unknown, later: unknown) => boolean, timeoutMs: timeout });
    return this.#streams.joined(node);
  }

  /**
   * Functions of your own over the events of each key, with state and timers in event time: for what
   * nothing else here does. `process<Out, State>` says what comes out.
   *
   * ```ts
   * keyed.process<Alert, number>({
   *   name: 'silent',
   *   state: () => 0,
   *   on(event, { time, state, setTimer, deleteTimer }) {
   *     deleteTimer(state.get());
   *     state.set(time + minutes(5));
   *     setTimer(time + minutes(5));
   *   },
   *   timer(time, { key, emit, clear }) {
   *     emit({ key, silentSince: time - minutes(5) });
   *     clear();
   *   },
   * });
   * ```
   */
  process<Out, S>(options: { readonly name?: string } & ProcessSteps<T, K, S, Out>): Stream<Out, F> {
    checkGiven('process(options)', options, ['name', 'state', 'on', 'timer']);
    const { name, state, on, timer } = options;
    const steps = { state, on, ...(timer === undefined ? {} : { timer }) } as ProcessSteps<unknown, unknown, unknown, unknown>;
    const key = this.#key as KeyShape<unknown, unknown>;
    const node = this.#builder.add({ kind: 'process', inputs: [this.#port], name, key, steps });
    return this.#streams.stream({ node, port: 'out' });
  }

  /**
   * The newest event of each key, by event time: a table. With `value`, what is made of it; null or
   * undefined there, or an event for which `delete` is true, takes the row away.
   *
   * An event older than its key's newest one is late, and on `.late`, or under `halt` in a hold. A key that has gone is remembered
   * until the frontier has passed that, and `keep` longer.
   */
  toTable<V = T>(options?: ToTableOptions<T> & { readonly versioned?: never; readonly value?: (event: T) => V }): Table<K, NonNullable<V>, T, F>;
  /**
   * A table that knows what it held: a value holds from its event's time until that of the next one of
   * its key. An event whose value is null or undefined deletes; an event below the frontier is on `.late`.
   */
  toTable<V = NonNullable<T>>(options: VersionedOptions<T, V>): VersionedTable<K, V, T, F>;
  toTable(options: VersionedOptions<T, unknown> | (ToTableOptions<T> & { readonly versioned?: never; readonly value?: (event: T) => unknown }) = {}): Table<K, unknown, T, F> {
    checkGiven('toTable(options)', options, ['name', 'versioned', 'value', 'delete', 'keep', 'late']);
    if (options.versioned !== undefined) return this.versioned(options as VersionedOptions<T, unknown>);
    const late = lateByKey(stepText('toTable', options.name), options);
    const { name, keep, value = (event: T): unknown => event } = options as ToTableOptions<T> & { readonly value?: (event: T) => unknown };
    const goes = (options as ToTableOptions<T>).delete;
    checkFunction('toTable({ value })', value);
    checkOptionalFunction('toTable({ delete })', goes);
    const valueOf = goes === undefined ? value : (event: T): unknown => (goes(event) ? undefined : value(event));
    const node = this.#builder.add({
      kind: 'toTable',
      inputs: [this.#port],
      name,
      key: this.#key as KeyShape<unknown, unknown>,
      value: valueOf as (event: unknown) => unknown,
      late,
      keepMs: keepMs(keep),
    });
    return new Table(this.#builder, this.#streams.stream, node);
  }

  get #place(): AggregatesPlace<F> {
    return { builder: this.#builder, tableOf: (node) => new Table(this.#builder, this.#streams.stream, node), input: this.#port };
  }

  get #total(): Aggregates<T, K, F> {
    return aggregates(this.#place, this.#key, undefined);
  }
}

export interface ToTableOptions<T> {
  /** Durable state is found again by its name; required when the program has a store. */
  readonly name?: string;
  /** Whether an event takes its key's row away. */
  readonly delete?: (event: T) => boolean;
  /**
   * What becomes of a late event: `drop()`, the default, or `halt({ scope })`: a person decides. One that nobody
   * can judge any more, because its key has gone and been forgotten, may be accepted: then it is the row.
   */
  readonly late?: DropPolicy | BareHaltPolicy;
  /** How long a key that has gone is remembered once the frontier has passed that, in ms of event time; 'forever' says so. Default 0. */
  readonly keep?: Duration | 'forever';
}

