import { checkGiven, checkOptions, checkOutput, checkRecord } from '../argument.ts';
import { AS_THE_TABLE, checkDrops, checkLate, checkWord, lateOf, stepText } from '../operator/late-check.ts';
import type { EventId } from '../operator/dedupe/id-bytes.ts';
import { RETENTION_MS_MAX } from '../operator/dedupe/seen.ts';
import type { Unjoined } from '../operator/as-of/missing.ts';
import type { Change, Finality } from '../operator/row.ts';
import type { Port } from '../plan/node.ts';
import { type KeyPart, type KeyShape, compositeKey, plainKey, unkeyed } from '../state/key.ts';
import type { TableView } from '../operator/versioned/view.ts';
import { seconds } from '../time/duration.ts';
import type { GroupWindowing } from '../time/group-windowing.ts';
import { type Message, checkProducer } from '../time/producers/message.ts';
import type { PlainWindowing, Windowing } from '../time/windowing.ts';
import type { BadRecord } from '../task/bad-record.ts';
import type { Builder } from './builder.ts';
import { type Aggregates, type AggregatesPlace, type GroupAggregates, aggregates, groupAggregates, keepMs } from './aggregates.ts';
import type { Fitting, Sink, Takes } from './sink.ts';
import type { DedupeOptions, NumberedOptions, ReorderOptions } from './stream-options.ts';
import { type LateOf, lateInOrder } from './late-settings.ts';
import { type AsOfOptions, addAsOf, checkJoinTable } from './joins.ts';
import { checkWindowing } from './window-settings.ts';
import type { StreamsOf } from './keyed-joins.ts';
import { KeyedStream } from './keyed-stream.ts';
import { Table, type TableOptions } from './table.ts';
import type { VersionedTable } from './versioned-table.ts';

/**
 * Facts in the order in which they are processed; nothing in it is ever changed.
 *
 * Each method adds a step to the program and returns what comes out of it. A stream may be used
 * several times: every use gets every event. F says whether what is on it may be taken back: the changes
 * of a table are facts about results that may still change.
 */
export class Stream<T, out F extends Finality = 'final'> {
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
    for (const other of others) checkOutput('merge(…others)', other, 'streams');
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
    checkRecord('split(branches)', branches, 'guards by the names of branches');
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
    checkGiven('dedupe(options)', options, ['name', 'id', 'for', 'conflicts', 'content', 'late']);
    const { name, id } = options;
    checkDrops(stepText('dedupe', name), options);
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
  concat<U, G extends Finality>(other: Stream<U, G>, options: { readonly name?: string } = {}): Stream<T | U, F | G> {
    checkOutput('concat(other)', other, 'a stream');
    checkOptions('concat(other, options)', options, ['name']);
    const { name } = options;
    return new Stream(this.#builder, { node: this.#builder.add({ kind: 'concat', inputs: [this.port, other.port], name }), port: 'out' });
  }

  /**
   * In the order of event time, each when the frontier passes it; or in the order of the numbers that
   * `by` gives, from `from` (default 0) without gaps, the others waiting where one is missing.
   *
   * What has no place any more (it is below the frontier, or its number was there) is on `.late`.
   * Nothing is late behind it, unless somebody accepts it under `halt`.
   */
  reorder(options: ReorderOptions<T>): ReorderedStream<T, F> {
    checkGiven('reorder(options)', options, ['name', 'by', 'from', 'late']);
    const { name, by } = options;
    const late = lateInOrder(stepText('reorder', name), options);
    const from = 'from' in options ? (options.from ?? 0) : 0;
    if (!Number.isSafeInteger(from) || from < 0) throw new RangeError(`reorder({ from: ${from} }): expected a non-negative safe integer`);
    const sequence = by === 'time' ? undefined : { of: by as (value: unknown) => number, from };
    return new ReorderedStream(this.#builder, { node: this.#builder.add({ kind: 'reorder', inputs: [this.port], name, sequence, late }), port: 'out' });
  }

  /**
   * The messages of a producer of these facts: each has a number, and the frontier is said in promises, with
   * what it rests on. A program that reads them with `sequences(…)` knows what is missing, and its results are
   * proved where these are.
   *
   * ```ts
   * usage.numbered({ producer: 'meter' }).to(app.sink('to billing', messagesTo(connectTo('http://billing:7070'))));
   * ```
   *
   * Facts older than what was promised are on `.late`.
   */
  numbered(options: NumberedOptions): NumberedStream<T, F> {
    checkGiven('numbered(options)', options, ['name', 'producer', 'every', 'epoch', 'late']);
    const { name, producer, every = seconds(1), epoch = 1 } = options;
    checkDrops(stepText('numbered', name), options);
    checkProducer('numbered({ producer })', producer);
    if (!Number.isSafeInteger(every) || every < 1) throw new RangeError(`numbered({ every: ${String(every)} }): expected at least 1 ms, in whole ms`);
    if (!Number.isSafeInteger(epoch) || epoch < 0) throw new RangeError(`numbered({ epoch: ${String(epoch)} }): expected a whole number from 0 on`);
    const node = this.#builder.add({ kind: 'numbered', inputs: [this.port], name, producer, epoch, everyMs: every });
    return new NumberedStream(this.#builder, { node, port: 'out' });
  }

  /** By a plain key, or by a composite one: `keyBy({ tenant: (e) => e.tenant, model: (e) => e.model })`. */
  keyBy<K extends KeyPart>(select: (value: T) => K): KeyedStream<T, K, F>;
  keyBy<K extends Record<string, KeyPart>>(select: { readonly [Name in keyof K]: (value: T) => K[Name] }): KeyedStream<T, K, F>;
  keyBy(select: ((value: T) => KeyPart) | Readonly<Record<string, (value: T) => KeyPart>>): unknown {
    if (typeof select !== 'function') checkRecord('keyBy(select)', select, 'a function, or functions by the names of parts');
    const key = typeof select === 'function' ? plainKey(select) : compositeKey<T, Record<string, KeyPart>>(select);
    return new KeyedStream(this.#builder, this.port, key as KeyShape<T, unknown>, streamsOf(this.#builder));
  }

  /** The table that changes tell of: `table.changes()` the other way round, and nothing is lost. */
  toTable<K, V>(this: Stream<Change<K, V>, Finality>, options: TableOptions = {}): Table<K, V, undefined, 'provisional'> {
    checkOptions('toTable(options)', options, ['name', 'keep', 'late']);
    const { name, keep } = options;
    checkLate(stepText('changes().toTable', name), lateOf(options), [], AS_THE_TABLE);
    const node = this.#builder.add({ kind: 'changesTable', inputs: [this.port], name, keepMs: keepMs(keep) });
    return tableOf(this.#builder, node);
  }

  /** Each event with all of a small versioned table, to be read as it was `at` a time: one result for each event, for good. */
  joinAll<K, P, V, G extends Finality>(table: VersionedTable<K, P, unknown, G>, options: AsOfOptions<T>, combine: (event: NonNullable<T>, all: TableView<K, P>) => V): AsOfStream<V, T, F | G> {
    checkJoinTable('joinAll', table, options, ['name', 'at', 'late']);
    checkWord(stepText('joinAll', options.name), options, ['wait']);
    const side = { port: this.port, key: unkeyed as KeyShape<unknown, unknown> };
    return new AsOfStream(this.#builder, { node: addAsOf(this.#builder, side, table, { ...options, missing: 'null', of: 'all' }, combine), port: 'out' });
  }

  /** Windows over all events together. */
  window<Open extends T, Close extends T>(windowing: GroupWindowing<T, Open, Close>): GroupAggregates<T, undefined, Open, Close, F>;
  window<W extends PlainWindowing>(windowing: W): Aggregates<T, undefined, F, LateOf<W>>;
  window(windowing: Windowing): unknown {
    checkWindowing(windowing);
    const place: AggregatesPlace<F> = placeOf(this.#builder, this.port);
    const key = unkeyed as KeyShape<T, undefined>;
    return windowing.kind === 'group' ? groupAggregates(place, key, windowing) : aggregates(place, key, windowing);
  }

  /** Sends the events out of the engine. */
  to<Name extends string, S extends Takes>(sink: Sink<T, Name, S> & Fitting<F, Name, S>): void {
    this.#builder.addSink(sink as Sink<T>, this.port);
  }

  /** Another output of the step that this comes out of. */
  protected side<U, G extends Finality>(port: string): Stream<U, G> {
    return new Stream(this.#builder, { node: this.port.node, port });
  }

  #add<U>(node: { kind: 'filter'; keep: (value: unknown) => boolean } | { kind: 'map'; change: (value: unknown) => unknown } | { kind: 'flatMap'; spread: (value: unknown) => Iterable<unknown> }): Stream<U, F> {
    return new Stream(this.#builder, { node: this.#builder.add({ ...node, inputs: [this.port] }), port: 'out' });
  }
}

/** A stream without repetitions. */
export class DedupedStream<T, F extends Finality = 'final'> extends Stream<T, F> {
  /** Events older than what is remembered: nobody can say whether they are repetitions. */
  get late(): Stream<T, F> {
    return this.side('late');
  }
}

/** A stream without repetitions, in which an id stands for one content. */
export class ComparedStream<T, F extends Finality = 'final'> extends DedupedStream<T, F> {
  /** Events with the id of another one, and another content. */
  get conflicts(): Stream<T, F> {
    return this.side('conflicts');
  }
}

/** A stream in order. */
export class ReorderedStream<T, F extends Finality = 'final'> extends Stream<T, F> {
  /** Events whose place in the order was over when they came. */
  get late(): Stream<T, F> {
    return this.side('late');
  }
}

/** Facts as messages of a producer. */
export class NumberedStream<T, F extends Finality = 'final'> extends Stream<Message<T>, F> {
  /** Facts older than what had been promised. */
  get late(): Stream<T, F> {
    return this.side('late');
  }
}

/** What events were joined to, or have waited for, as facts. */
export class JoinedStream<V, T, F extends Finality = 'final'> extends Stream<V, F> {
  /** Events that came too late for that. */
  get late(): Stream<T, F> {
    return this.side('late');
  }
}

/** Events with what a table held, as facts. */
export class AsOfStream<V, T, out F extends Finality = 'final'> extends JoinedStream<V, T, F> {
  /** Events for which there was no row in time, where `missing` says that they are bad. */
  get bad(): Stream<Unjoined<T>, F> {
    return this.side('bad');
  }
}

/** What comes in from outside. */
export class SourceStream<T> extends Stream<T> {
  /** What came and was no event, or could not be processed, with the reason. */
  get bad(): Stream<BadRecord> {
    return this.side('bad');
  }
}

/** How what is made of a stream comes out of it. */
function streamsOf(builder: Builder): StreamsOf {
  return {
    stream: (port) => new Stream(builder, port),
    joined: (node) => new JoinedStream(builder, { node, port: 'out' }),
    asOf: (node) => new AsOfStream(builder, { node, port: 'out' }),
  };
}

function placeOf<F extends Finality>(builder: Builder, input: Port): AggregatesPlace<F> {
  return { builder, tableOf: (node) => tableOf(builder, node), input };
}

function tableOf<K, V, T, F extends Finality>(builder: Builder, node: number): Table<K, V, T, F> {
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

