import type { CustomAggregation } from '../aggregation/custom.ts';
import type { FieldResults, Fields } from '../aggregation/columns.ts';
import type { Comparable } from '../aggregation/distinct.ts';
import type { LimitOptions } from '../aggregation/limit.ts';
import type { Ordered } from '../aggregation/ordered.ts';
import type { QuantileOptions, Quantiles } from '../aggregation/quantile.ts';
import type { ReduceOptions } from '../aggregation/reduce.ts';
import type { Summable, Widened } from '../aggregation/sum.ts';
import type { ProcessSteps } from '../operator/process/context.ts';
import type { EventId } from '../operator/dedupe/id-bytes.ts';
import { RETENTION_MS_MAX } from '../operator/dedupe/seen.ts';
import type { Change, Finality } from '../operator/row.ts';
import type { Port } from '../plan/node.ts';
import { type KeyPart, type KeyShape, compositeKey, plainKey, unkeyed } from '../state/key.ts';
import type { Duration } from '../time/duration.ts';
import type { Windowing } from '../time/windowing.ts';
import type { BadRecord } from '../task/bad-record.ts';
import type { Builder } from './builder.ts';
import { type AggregateOptions, type Aggregates, type AggregatesPlace, type FieldsOrOptions, aggregates, keepMs } from './aggregates.ts';
import type { Fitting, Sink, Takes } from './sink.ts';
import type { DedupeOptions, ReorderOptions } from './stream-options.ts';
import { Table, type TableOptions } from './table.ts';

/**
 * Facts in the order in which they are processed; nothing in it is ever changed.
 *
 * Each method adds a step to the program and returns what comes out of it. A stream may be used
 * several times: every use gets every event. F says whether what is on it may be taken back: the changes
 * of a table are facts about results that may still change.
 */
export class Stream<T, F extends Finality = 'final'> {
  readonly #builder: Builder;
  /** Which output of which step this is. */
  readonly port: Port;

  constructor(builder: Builder, port: Port) {
    this.#builder = builder;
    this.port = port;
  }

  /** Only the events for which `keep` is true. */
  filter<U extends T>(keep: (value: T) => value is U): Stream<U, F>;
  filter(keep: (value: T) => boolean): Stream<T, F>;
  filter(keep: (value: T) => boolean): Stream<T, F> {
    return this.#add({ kind: 'filter', keep: keep as (value: unknown) => boolean });
  }

  /** Each event turned into another one. The event time stays. */
  map<U>(change: (value: T) => U): Stream<U, F> {
    return this.#add({ kind: 'map', change: change as (value: unknown) => unknown });
  }

  /** Each event turned into any number of events, all at its time. */
  flatMap<U>(spread: (value: T) => Iterable<U>): Stream<U, F> {
    return this.#add({ kind: 'flatMap', spread: spread as (value: unknown) => Iterable<unknown> });
  }

  /** The events of this stream and of the others. What comes behind waits for the slowest of them. */
  merge<U, G extends Finality>(...others: readonly Stream<U, G>[]): Stream<T | U, F | G> {
    const ports = [this.port, ...others.map((other) => other.port)];
    return new Stream(this.#builder, { node: this.#builder.add({ kind: 'merge', inputs: ports }), port: 'out' });
  }

  /**
   * Sends each event down the first branch whose guard takes it, or down `rest`.
   *
   * ```ts
   * const { chat, embedding, rest } = events.split({ chat: isChat, embedding: isEmbedding });
   * ```
   */
  split<B extends Branches<T>>(branches: B): SplitStreams<T, B, F> {
    const list = Object.entries(branches).map(([name, takes]) => [`branch ${name}`, takes as (value: unknown) => boolean] as const);
    if ('rest' in branches) throw new RangeError(`split({ rest }): 'rest' is the name of what no branch takes`);
    const node = this.#builder.add({ kind: 'split', inputs: [this.port], branches: list });
    const streams = list.map(([port]) => [port.slice('branch '.length), new Stream(this.#builder, { node, port })]);
    return Object.fromEntries([...streams, ['rest', new Stream(this.#builder, { node, port: 'rest' })]]);
  }

  /**
   * The first event of each id, exactly, ids being remembered `for` so long in event time.
   *
   * Events too old to be judged are on `.late`. With `conflicts`, an event that has the id of another one
   * and says something else is no repetition: it is on `.conflicts`. What is compared is the whole event,
   * or what `content` selects of it; of each id 128 bits are kept for that.
   */
  dedupe(options: DedupeOptions<T> & { readonly conflicts: true; readonly content?: (value: T) => unknown }): ComparedStream<T, F>;
  dedupe(options: DedupeOptions<T>): DedupedStream<T, F>;
  dedupe(options: DedupeOptions<T> & { readonly conflicts?: true; readonly content?: (value: T) => unknown }): ComparedStream<T, F> {
    const { name, id } = options;
    const content = options.conflicts === true ? ((options.content ?? ((whole) => whole)) as (value: unknown) => unknown) : undefined;
    const forMs = options.for;
    if (!Number.isSafeInteger(forMs) || forMs <= 0 || forMs > RETENTION_MS_MAX) {
      throw new RangeError(`dedupe({ for: ${forMs} }): expected 1 to ${RETENTION_MS_MAX} ms`);
    }
    const node = this.#builder.add({ kind: 'dedupe', inputs: [this.port], name, eventId: id as (value: unknown) => EventId, content, forMs });
    return new ComparedStream(this.#builder, { node, port: 'out' });
  }

  /**
   * The events of this stream, and when it has ended those of the other.
   *
   * What comes of the other before that is kept, durably and in order, and nothing bounds how much that
   * is but the data; `status()` says it. The frontier is this stream's until it has ended: what the
   * other has below that is late for those behind.
   */
  concat<U, G extends Finality>(other: Stream<U, G>, { name }: { readonly name?: string } = {}): Stream<T | U, F | G> {
    return new Stream(this.#builder, { node: this.#builder.add({ kind: 'concat', inputs: [this.port, other.port], name }), port: 'out' });
  }

  /**
   * In the order of event time, each when the frontier passes it; or in the order of the numbers that
   * `by` gives, from `from` (default 0) without gaps, the others waiting where one is missing.
   *
   * What has no place any more (it is below the frontier, or its number was there) is on `.late`.
   * Nothing is late behind it.
   */
  reorder(options: ReorderOptions<T>): ReorderedStream<T, F> {
    const { name, by } = options;
    const from = 'from' in options ? (options.from ?? 0) : 0;
    if (!Number.isSafeInteger(from) || from < 0) throw new RangeError(`reorder({ from: ${from} }): expected a non-negative safe integer`);
    const sequence = by === 'time' ? undefined : { of: by as (value: unknown) => number, from };
    const node = this.#builder.add({ kind: 'reorder', inputs: [this.port], name, sequence });
    return new ReorderedStream(this.#builder, { node, port: 'out' });
  }

  /** By a plain key, or by a composite one: `keyBy({ tenant: (e) => e.tenant, model: (e) => e.model })`. */
  keyBy<K extends KeyPart>(select: (value: T) => K): KeyedStream<T, K>;
  keyBy<K extends Record<string, KeyPart>>(select: { readonly [Name in keyof K]: (value: T) => K[Name] }): KeyedStream<T, K>;
  keyBy(select: ((value: T) => KeyPart) | Readonly<Record<string, (value: T) => KeyPart>>): unknown {
    const key = typeof select === 'function' ? plainKey(select) : compositeKey<T, Record<string, KeyPart>>(select);
    return new KeyedStream(this.#builder, this.port, key as KeyShape<T, unknown>);
  }

  /** The table that changes tell of: `table.changes()` the other way round, and nothing is lost. */
  toTable<K, V>(this: Stream<Change<K, V>, Finality>, { name, keep }: TableOptions = {}): Table<K, V, undefined> {
    const node = this.#builder.add({ kind: 'changesTable', inputs: [this.port], name, keepMs: keepMs(keep) });
    return tableOf(this.#builder, node);
  }

  /** Windows over all events together. */
  window(windowing: Windowing): Aggregates<T, undefined> {
    return aggregates(placeOf(this.#builder, this.port), unkeyed as KeyShape<T, undefined>, windowing);
  }

  /** Sends the events out of the engine. */
  to<Name extends string, S extends Takes>(sink: Sink<T, Name, S> & Fitting<F, Name, S>): void {
    this.#builder.addSink(sink as Sink<T>, this.port);
  }

  #add<U>(node: { kind: 'filter'; keep: (value: unknown) => boolean } | { kind: 'map'; change: (value: unknown) => unknown } | { kind: 'flatMap'; spread: (value: unknown) => Iterable<unknown> }): Stream<U, F> {
    return new Stream(this.#builder, { node: this.#builder.add({ ...node, inputs: [this.port] }), port: 'out' });
  }
}

/** A stream without repetitions. */
export class DedupedStream<T, F extends Finality = 'final'> extends Stream<T, F> {
  readonly #builder: Builder;

  constructor(builder: Builder, port: Port) {
    super(builder, port);
    this.#builder = builder;
  }

  /** Events older than what is remembered: nobody can say whether they are repetitions. */
  get late(): Stream<T, F> {
    return new Stream(this.#builder, { node: this.port.node, port: 'late' });
  }
}

/** A stream without repetitions, in which an id stands for one content. */
export class ComparedStream<T, F extends Finality = 'final'> extends DedupedStream<T, F> {
  readonly #builder: Builder;

  constructor(builder: Builder, port: Port) {
    super(builder, port);
    this.#builder = builder;
  }

  /** Events with the id of another one, and another content. */
  get conflicts(): Stream<T, F> {
    return new Stream(this.#builder, { node: this.port.node, port: 'conflicts' });
  }
}

/** A stream in order. */
export class ReorderedStream<T, F extends Finality = 'final'> extends Stream<T, F> {
  readonly #builder: Builder;

  constructor(builder: Builder, port: Port) {
    super(builder, port);
    this.#builder = builder;
  }

  /** Events whose place in the order was over when they came. */
  get late(): Stream<T, F> {
    return new Stream(this.#builder, { node: this.port.node, port: 'late' });
  }
}

/** What comes in from outside. */
export class SourceStream<T> extends Stream<T> {
  readonly #builder: Builder;

  constructor(builder: Builder, port: Port) {
    super(builder, port);
    this.#builder = builder;
  }

  /** What came and was no event, or could not be processed, with the reason. */
  get bad(): Stream<BadRecord> {
    return new Stream(this.#builder, { node: this.port.node, port: 'bad' });
  }
}

/** A stream whose events belong to keys. */
export class KeyedStream<T, K> {
  readonly #builder: Builder;
  readonly #port: Port;
  readonly #key: KeyShape<T, K>;

  constructor(builder: Builder, port: Port, key: KeyShape<T, K>) {
    this.#builder = builder;
    this.#port = port;
    this.#key = key;
  }

  /** Windows per key. */
  window(windowing: Windowing): Aggregates<T, K> {
    return aggregates(placeOf(this.#builder, this.#port), this.#key, windowing);
  }

  /** How many events so far. Without windows a table changes with every event, and nothing is late for it. */
  count(options?: AggregateOptions): Table<K, number, T> {
    return this.#total.count(options);
  }

  /** The exact sum so far, of safe integers, of bigints, or of decimals given as text. */
  sum<N extends Summable>(select: (value: T) => N, options?: AggregateOptions): Table<K, Widened<N>, T> {
    return this.#total.sum(select, options);
  }

  min<V extends Ordered>(select: (value: T) => V, options?: AggregateOptions): Table<K, V, T> {
    return this.#total.min(select, options);
  }

  max<V extends Ordered>(select: (value: T) => V, options?: AggregateOptions): Table<K, V, T> {
    return this.#total.max(select, options);
  }

  /** The first event so far; see {@link Aggregates.first}. */
  first(options?: AggregateOptions): Table<K, T, T>;
  first<V>(select: (value: T) => V, options?: AggregateOptions): Table<K, V, T>;
  first(select?: unknown, options?: AggregateOptions): unknown {
    return this.#total.first(select as never, options);
  }

  /** The last event so far; see {@link Aggregates.last}. */
  last(options?: AggregateOptions): Table<K, T, T>;
  last<V>(select: (value: T) => V, options?: AggregateOptions): Table<K, V, T>;
  last(select?: unknown, options?: AggregateOptions): unknown {
    return this.#total.last(select as never, options);
  }

  /** How many different values so far, exactly; see {@link Aggregates.distinct}. */
  distinct(select: (value: T) => Comparable, options?: AggregateOptions & LimitOptions): Table<K, number, T> {
    return this.#total.distinct(select, options);
  }

  /** The `n` greatest events so far, greatest first; see {@link Aggregates.top}. */
  top(n: number, by: (value: T) => Ordered, options?: AggregateOptions): Table<K, readonly T[], T> {
    return this.#total.top(n, by, options);
  }

  /** One quantile or several, of all values so far; see {@link Aggregates.quantile}. */
  quantile(select: (value: T) => number, q: number, options?: AggregateOptions & QuantileOptions): Table<K, number, T>;
  quantile<const Q extends readonly number[]>(select: (value: T) => number, qs: Q, options?: AggregateOptions & QuantileOptions): Table<K, Quantiles<Q>, T>;
  quantile(select: (value: T) => number, q: never, options?: AggregateOptions & QuantileOptions): unknown {
    return this.#total.quantile(select, q, options);
  }

  /** All events so far, in order; see {@link Aggregates.collect}. */
  collect(options?: AggregateOptions & LimitOptions): Table<K, readonly T[], T>;
  collect<V>(select: (value: T) => V, options?: AggregateOptions & LimitOptions): Table<K, readonly V[], T>;
  collect(select?: unknown, options?: AggregateOptions & LimitOptions): unknown {
    return this.#total.collect(select as never, options);
  }

  /** All events so far combined into one of their kind; see {@link Aggregates.reduce}. */
  reduce(combine: (reduced: T, value: T) => T, options?: AggregateOptions & ReduceOptions<T>): Table<K, T, T> {
    return this.#total.reduce(combine, options);
  }

  /** Several aggregations at once, or one of your own; see {@link Aggregates.aggregate}. */
  aggregate<F extends Fields<T>>(fields: FieldsOrOptions<F>, options?: AggregateOptions): Table<K, FieldResults<F>, T>;
  aggregate<A, R>(own: AggregateOptions & CustomAggregation<T, A, R>, options?: AggregateOptions): Table<K, R, T>;
  aggregate(what: never, options?: AggregateOptions): unknown {
    return this.#total.aggregate(what, options);
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
  process<Out, S>({ name, state, on, timer }: { readonly name?: string } & ProcessSteps<T, K, S, Out>): Stream<Out> {
    const steps = { state, on, ...(timer === undefined ? {} : { timer }) } as ProcessSteps<unknown, unknown, unknown, unknown>;
    const key = this.#key as KeyShape<unknown, unknown>;
    const node = this.#builder.add({ kind: 'process', inputs: [this.#port], name, key, steps });
    return new Stream(this.#builder, { node, port: 'out' });
  }

  /**
   * The newest event of each key, by event time: a table. With `value`, what is made of it; null or
   * undefined there, or an event for which `delete` is true, takes the row away.
   *
   * An event older than its key's newest one is late, and on `.late`. A key that has gone is remembered
   * until the frontier has passed that, and `keep` longer.
   */
  toTable<V = T>(options: ToTableOptions<T> & { readonly value?: (event: T) => V } = {}): Table<K, NonNullable<V>, T> {
    const { name, keep, value = (event: T): unknown => event } = options as ToTableOptions<T> & { readonly value?: (event: T) => unknown };
    const goes = options.delete;
    const valueOf = goes === undefined ? value : (event: T): unknown => (goes(event) ? undefined : value(event));
    const node = this.#builder.add({
      kind: 'toTable',
      inputs: [this.#port],
      name,
      key: this.#key as KeyShape<unknown, unknown>,
      value: valueOf as (event: unknown) => unknown,
      keepMs: keepMs(keep),
    });
    return tableOf(this.#builder, node);
  }

  get #total(): Aggregates<T, K> {
    return aggregates(placeOf(this.#builder, this.#port), this.#key, undefined);
  }
}

export interface ToTableOptions<T> {
  /** Durable state is found again by its name; required when the program has a store. */
  readonly name?: string;
  /** Whether an event takes its key's row away. */
  readonly delete?: (event: T) => boolean;
  /** How long a key that has gone is remembered once the frontier has passed that, in ms of event time; 'forever' says so. Default 0. */
  readonly keep?: Duration | 'forever';
}

function placeOf(builder: Builder, input: Port): AggregatesPlace {
  return { builder, tableOf: (node) => tableOf(builder, node), input };
}

function tableOf<K, V, T>(builder: Builder, node: number): Table<K, V, T> {
  return new Table(builder, (port) => new Stream(builder, port), node);
}

type Branches<T> = { readonly [name: string]: (value: T) => boolean };

// oxlint-disable-next-line typescript/no-explicit-any -- a guard's parameter may be any type that T fits
type GuardOf<U> = (value: any) => value is U; // any: as above

/** What a branch gets: what its guard says, or anything where it only answers yes or no. */
type Taken<T, G> = G extends GuardOf<infer U> ? Narrowed<T, U> : T;

/** The members of T that are U; of a member that is more general than U, the special case. */
type Narrowed<T, U> = T extends U ? T : U extends T ? U : never;

/** What a guard takes away for good. */
type Removed<G> = G extends GuardOf<infer U> ? U : never;

/** A stream per branch, narrowed by its guard, and `rest` with what is left. */
export type SplitStreams<T, B extends Branches<T>, F extends Finality = 'final'> = { readonly [Name in keyof B]: Stream<Taken<T, B[Name]>, F> } & {
  readonly rest: Stream<Exclude<T, { [Name in keyof B]: Removed<B[Name]> }[keyof B]>, F>;
};

