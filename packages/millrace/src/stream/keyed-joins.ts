import { checkGiven, checkOptions } from '../argument.ts';
import type { JoinKind } from '../operator/stream-join/span.ts';
import type { Missing } from '../operator/as-of/missing.ts';
import { checkWord, stepText } from '../operator/late-check.ts';
import type { Finality } from '../operator/row.ts';
import type { Port } from '../plan/node.ts';
import type { KeyShape } from '../state/key.ts';
import type { AlignedWindowing } from '../time/windowing.ts';
import type { Builder } from './builder.ts';
import { type AsOfOptions, type JoinOptions, type JoinSide, type Joinable, type Of, type JoinSpec, type RowOf, type WindowJoinOptions, type VersionedOptions, addAsOf, addJoin, checkJoinTable, checkJoinable, retentionMs, spanWithin } from './joins.ts';
import type { AsOfStream, JoinedStream } from './stream.ts';
import { lateByKey, lateNever } from './late-settings.ts';
import { type StreamOf, Table } from './table.ts';
import { VersionedTable } from './versioned-table.ts';

/** How streams are made of steps; streams and what is joined come out of each other. */
export interface StreamsOf {
  readonly stream: StreamOf;
  readonly joined: <V, T, F extends Finality>(node: number) => JoinedStream<V, T, F>;
  readonly asOf: <V, T, F extends Finality>(node: number) => AsOfStream<V, T, F>;
}

/** What the events of keys can be joined with. */
export class KeyedJoins<T, K, F extends Finality> implements Joinable<T, K, F> {
  readonly #builder: Builder;
  readonly #port: Port;
  readonly #key: KeyShape<T, K>;
  readonly #streams: StreamsOf;

  constructor(builder: Builder, port: Port, key: KeyShape<T, K>, streams: StreamsOf) {
    this.#builder = builder;
    this.#port = port;
    this.#key = key;
    this.#streams = streams;
  }

  /**
   * Pairs of the events of two streams that have the same key and are `within` a distance in event time.
   *
   * ```ts
   * orders.keyBy((o) => o.id).join(payments.keyBy((p) => p.order), { within: hours(1), name: 'paid' }, (o, p) => ({ ...o, paid: p.at }));
   * ```
   *
   * A pair leaves when the later of its two comes in, at the later one's time. An event below the
   * frontier of the join is on `.late`, or under `halt` in a hold. null and undefined on a stream are no events.
   */
  join<U, V, G extends Finality>(
    right: Joinable<U, K, G>,
    options: JoinOptions,
    combine: (left: NonNullable<T>, right: NonNullable<U>) => V,
  ): JoinedStream<V, T | U, F | G> {
    return this.#within('join', right, 'inner', options, combine);
  }

  /** As `join`; and left events alone, once the frontier proves that no right one can come. That is never taken back. */
  leftJoin<U, V, G extends Finality>(
    right: Joinable<U, K, G>,
    options: JoinOptions,
    combine: (left: NonNullable<T>, right: NonNullable<U> | undefined) => V,
  ): JoinedStream<V, T | U, F | G> {
    return this.#within('leftJoin', right, 'left', options, combine);
  }

  /** As `join`; and events of either side alone, once the frontier proves that no partner can come. */
  outerJoin<U, V, G extends Finality>(
    right: Joinable<U, K, G>,
    options: JoinOptions,
    combine: (left: NonNullable<T> | undefined, right: NonNullable<U> | undefined) => V,
  ): JoinedStream<V, T | U, F | G> {
    return this.#within('outerJoin', right, 'outer', options, combine);
  }

  protected versioned<V>(options: VersionedOptions<T, V>): VersionedTable<K, V, T, F> {
    checkOptions('toTable(options)', options, ['name', 'versioned', 'value', 'late']);
    const late = lateByKey(stepText('toTable({ versioned })', options.name), options);
    const key = this.#key as KeyShape<unknown, unknown>;
    const kept = retentionMs(options.versioned);
    const value = (options.value ?? ((event: T) => event)) as (event: unknown) => unknown;
    const node = this.#builder.add({ kind: 'versioned', inputs: [this.#port], name: options.name, key, value, retentionMs: kept, late });
    return new VersionedTable(this.#builder, this.#streams.stream, node, key, kept);
  }

  /**
   * Each event with what a versioned table held for its key `at` a time: one result for each event, for good.
   *
   * ```ts
   * requests.keyBy((r) => r.model).joinTable(prices, { at: (r) => r.at, missing: { wait: minutes(5) } }, (r, p) => rate(r, p));
   * ```
   *
   * An event waits until the table's frontier is past that time. With `late: 'revise'` it does not:
   * its result leaves at once, and again when the table turns out to have held something else; that
   * gives a table, by the number of the event, in which a result is final once it can't change.
   */
  joinTable<P, V, const M extends Missing, G extends Finality>(
    table: VersionedTable<K, P, unknown, G>,
    options: AsOfOptions<T> & { readonly missing: M; readonly late?: 'wait' },
    combine: (event: NonNullable<T>, row: RowOf<P, M>) => V,
  ): AsOfStream<V, T, F | G>;
  joinTable<P, V, const M extends 'drop' | 'null', G extends Finality>(
    table: VersionedTable<K, P, unknown, G>,
    options: AsOfOptions<T> & { readonly missing: M; readonly late: 'revise' },
    combine: (event: NonNullable<T>, row: RowOf<P, M>) => V,
  ): Table<number, V, T, F | G>;
  joinTable(
    table: VersionedTable<K, unknown>,
    options: AsOfOptions<T> & { readonly missing: Missing; readonly late?: 'wait' | 'revise' },
    combine: (event: never, row: never) => unknown,
  ): unknown {
    checkJoinTable('joinTable', table, options, ['name', 'at', 'missing', 'late']);
    const step = stepText('joinTable', options.name);
    checkWord(step, options, ['wait', 'revise']);
    if (options.late === 'revise' && options.missing !== 'drop' && options.missing !== 'null') {
      throw new RangeError(`${step}: late: 'revise' takes missing: 'drop' or 'null'; a result that may still get its row is neither bad nor waits`);
    }
    const of = options.late === 'revise' ? 'row, revised' : 'row';
    const node = addAsOf(this.#builder, this.side, table, { ...options, of }, combine);
    return of === 'row' ? this.#streams.asOf(node) : new Table(this.#builder, this.#streams.stream, node);
  }

  /** What a join has to know of it. */
  get side(): JoinSide & Of<T, K, F> {
    return { port: this.#port, key: this.#key as KeyShape<unknown, unknown> };
  }

  protected windowJoins(windowing: AlignedWindowing): WindowJoins<T, K, F> {
    const of =
      (kind: JoinKind) =>
      <U, G extends Finality>(right: Joinable<U, K, G>, ...rest: readonly unknown[]) => {
        const [options, combine] = (rest.length === 1 ? [{}, rest[0]] : rest) as [WindowJoinOptions, (left: never, right: never) => unknown];
        checkJoinable(CALLS[kind], right);
        checkGiven(`${CALLS[kind]}(right, options)`, options, ['name', 'late']);
        const late = lateByKey(stepText(`the ${kind} join in windows of '${windowing.text}'`, options.name), options);
        return this.#join(right, { kind, span: { kind: 'window', windowing }, name: options.name, late }, combine);
      };
    return { join: of('inner'), leftJoin: of('left'), outerJoin: of('outer') } as unknown as WindowJoins<T, K, F>;
  }

  #within<U, V, G extends Finality>(what: string, right: Joinable<U, K, G>, kind: JoinKind, options: JoinOptions, combine: (left: never, right: never) => V): JoinedStream<V, T | U, F | G> {
    checkJoinable(what, right);
    checkGiven(`${what}(right, options)`, options, ['name', 'within', 'late']);
    const span = spanWithin(options.within);
    const late = span.kind === 'forever' ? lateNever(stepText(what, options.name), options) : lateByKey(stepText(what, options.name), options);
    return this.#join(right, { kind, span, name: options.name, late }, combine);
  }

  #join<U, V, G extends Finality>(right: Joinable<U, K, G>, how: JoinSpec, combine: (left: never, right: never) => V): JoinedStream<V, T | U, F | G> {
    return this.#streams.joined(addJoin(this.#builder, [this.side, right.side], how, combine));
  }
}

const CALLS: Readonly<Record<JoinKind, string>> = { inner: 'join', left: 'leftJoin', outer: 'outerJoin' };

/**
 * Pairs of the events of two streams that have the same key and are in the same window.
 *
 * A pair leaves when the later of its two comes in; what is unmatched, when the window closes.
 */
export interface WindowJoins<T, K, F extends Finality> {
  join<U, V, G extends Finality>(right: Joinable<U, K, G>, options: WindowJoinOptions, combine: (left: NonNullable<T>, right: NonNullable<U>) => V): JoinedStream<V, T | U, F | G>;
  join<U, V, G extends Finality>(right: Joinable<U, K, G>, combine: (left: NonNullable<T>, right: NonNullable<U>) => V): JoinedStream<V, T | U, F | G>;
  leftJoin<U, V, G extends Finality>(
    right: Joinable<U, K, G>,
    options: WindowJoinOptions,
    combine: (left: NonNullable<T>, right: NonNullable<U> | undefined) => V,
  ): JoinedStream<V, T | U, F | G>;
  outerJoin<U, V, G extends Finality>(
    right: Joinable<U, K, G>,
    options: WindowJoinOptions,
    combine: (left: NonNullable<T> | undefined, right: NonNullable<U> | undefined) => V,
  ): JoinedStream<V, T | U, F | G>;
}
