import type { CustomAggregation } from '../aggregation/custom.ts';
import type { Ordered } from '../aggregation/extreme.ts';
import type { Widened } from '../aggregation/sum.ts';
import type { FieldResults, Fields } from '../aggregation/columns.ts';
import type { EventId } from '../operator/dedupe/id-bytes.ts';
import { RETENTION_MS_MAX } from '../operator/dedupe/seen.ts';
import type { Finality } from '../operator/row.ts';
import type { Port } from '../plan/node.ts';
import { type KeyPart, type KeyShape, compositeKey, plainKey, unkeyed } from '../state/key.ts';
import type { Duration } from '../time/duration.ts';
import type { GroupWindowing } from '../time/group-windowing.ts';
import type { PlainWindowing, Windowing } from '../time/windowing.ts';
import type { BadRecord } from '../task/bad-record.ts';
import type { Builder } from './builder.ts';
import { type AggregateOptions, type Aggregates, type AggregatesPlace, type GroupAggregates, aggregates, groupAggregates } from './aggregates.ts';
import type { Fitting, Sink, Takes } from './sink.ts';
import type { Table } from './table.ts';

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
   * Events too old to be judged are on `.late`.
   */
  dedupe(options: { readonly name?: string; readonly id: (value: T) => EventId; readonly for: Duration }): DedupedStream<T, F> {
    const { name, id } = options;
    const forMs = options.for;
    if (!Number.isSafeInteger(forMs) || forMs <= 0 || forMs > RETENTION_MS_MAX) {
      throw new RangeError(`dedupe({ for: ${forMs} }): expected 1 to ${RETENTION_MS_MAX} ms`);
    }
    const node = this.#builder.add({ kind: 'dedupe', inputs: [this.port], name, eventId: id as (value: unknown) => EventId, forMs });
    return new DedupedStream(this.#builder, { node, port: 'out' });
  }

  /** By a plain key, or by a composite one: `keyBy({ tenant: (e) => e.tenant, model: (e) => e.model })`. */
  keyBy<K extends KeyPart>(select: (value: T) => K): KeyedStream<T, K>;
  keyBy<K extends Record<string, KeyPart>>(select: { readonly [Name in keyof K]: (value: T) => K[Name] }): KeyedStream<T, K>;
  keyBy(select: ((value: T) => KeyPart) | Readonly<Record<string, (value: T) => KeyPart>>): unknown {
    const key = typeof select === 'function' ? plainKey(select) : compositeKey<T, Record<string, KeyPart>>(select);
    return new KeyedStream(this.#builder, this.port, key as KeyShape<T, unknown>);
  }

  /** Windows over all events together. */
  window<Open extends T, Close extends T>(windowing: GroupWindowing<T, Open, Close>): GroupAggregates<T, undefined, Open, Close>;
  window(windowing: PlainWindowing): Aggregates<T, undefined>;
  window(windowing: Windowing): unknown {
    const place = placeOf(this.#builder, this.port);
    const key = unkeyed as KeyShape<T, undefined>;
    return windowing.kind === 'group' ? groupAggregates(place, key, windowing) : aggregates(place, key, windowing);
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
  window<Open extends T, Close extends T>(windowing: GroupWindowing<T, Open, Close>): GroupAggregates<T, K, Open, Close>;
  window(windowing: PlainWindowing): Aggregates<T, K>;
  window(windowing: Windowing): unknown {
    const place = placeOf(this.#builder, this.#port);
    return windowing.kind === 'group' ? groupAggregates(place, this.#key, windowing) : aggregates(place, this.#key, windowing);
  }

  /** How many events so far. Without windows a table changes with every event, and nothing is late for it. */
  count(options?: AggregateOptions): Table<K, number, T> {
    return this.#total.count(options);
  }

  /** The exact sum so far, of safe integers or bigints. */
  sum<N extends number | bigint>(select: (value: T) => N, options?: AggregateOptions): Table<K, Widened<N>, T> {
    return this.#total.sum(select, options);
  }

  min<V extends Ordered>(select: (value: T) => V, options?: AggregateOptions): Table<K, V, T> {
    return this.#total.min(select, options);
  }

  max<V extends Ordered>(select: (value: T) => V, options?: AggregateOptions): Table<K, V, T> {
    return this.#total.max(select, options);
  }

  /** Several aggregations at once, or one of your own; see {@link Aggregates.aggregate}. */
  aggregate<F extends Fields<T>>(options: AggregateOptions & { readonly of: F }): Table<K, FieldResults<F>, T>;
  aggregate<A, R>(options: AggregateOptions & CustomAggregation<T, A, R>): Table<K, R, T>;
  aggregate(options: never): unknown {
    return this.#total.aggregate(options);
  }

  get #total(): Aggregates<T, K> {
    return aggregates(placeOf(this.#builder, this.#port), this.#key, undefined);
  }
}

function placeOf(builder: Builder, input: Port): AggregatesPlace {
  return { builder, streamOf: (port) => new Stream(builder, port), input };
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

