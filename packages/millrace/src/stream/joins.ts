import { checkGiven, checkOptions, checkRecord, checkWord, refuse } from '../argument.ts';
import { type Missing, waitMsOf } from '../operator/as-of/missing.ts';
import type { JoinKind, Span } from '../operator/stream-join/span.ts';
import type { BareHaltPolicy, DropPolicy } from '../operator/late-policy.ts';
import type { Finality } from '../operator/row.ts';
import type { AsOfNode, Port } from '../plan/node.ts';
import type { KeyShape } from '../state/key.ts';
import { textOf } from '../reason.ts';
import type { Duration } from '../time/duration.ts';
import { WINDOW_MS_MAX } from '../time/time-max.ts';
import type { Builder } from './builder.ts';
import type { VersionedTable } from './versioned-table.ts';

/**
 * How far apart in event time the events of a pair may be, both ends included; as one distance for both
 * directions, or as how far the right event may be `before` the left one and how far `after` it.
 *
 * 'forever' pairs them whenever they happened, and keeps every event until the input ends.
 */
export type Within = Duration | { readonly before: Duration; readonly after: Duration } | 'forever';

export interface JoinOptions {
  readonly within: Within;
  /** Durable state is found again by its name; required when the program has a store. */
  readonly name?: string;
  /**
   * What becomes of a late event: `drop()`, the default, or `halt({ scope })`: a person looks at it first. Without
   * an end nothing is late.
   */
  readonly late?: DropPolicy | BareHaltPolicy;
}

export interface WindowJoinOptions {
  /** Durable state is found again by its name; required when the program has a store. */
  readonly name?: string;
  /** What becomes of a late event: `drop()`, the default, or `halt({ scope })`: a person looks at it first. */
  readonly late?: DropPolicy | BareHaltPolicy;
}

export interface VersionedOptions<T, V> {
  /** How long the table knows what it held, in ms of event time. */
  readonly versioned: Duration | 'forever';
  /** Durable state is found again by its name; required when the program has a store. */
  readonly name?: string;
  /** What the table holds for an event; null or undefined deletes. Default: the event. */
  readonly value?: (event: T) => V | null | undefined;
  /** What becomes of an event below the frontier: `drop()`, the default, or `halt({ scope })`: a person looks at it first. */
  readonly late?: DropPolicy | BareHaltPolicy;
}

export interface AsOfOptions<T> {
  /** Durable state is found again by its name; required when the program has a store. */
  readonly name?: string;
  /** The event time as of which an event asks: ms since the Unix epoch. Default: its own. */
  readonly at?: (event: NonNullable<T>) => number;
}

/** What a function gets of a table: undefined only where it asked for that. */
export type RowOf<P, M extends Missing> = M extends 'null' | { readonly else: 'null' } ? P | undefined : P;

/** One side of a join: which stream, by which key. */
export interface JoinSide {
  readonly port: Port;
  readonly key: KeyShape<unknown, unknown>;
}

/** A stream by a key, as the other side of a join. Keys of a narrower type fit where those of a wider one are. */
export interface Joinable<T, K, F extends Finality> {
  readonly side: JoinSide & Of<T, K, F>;
}

/** What a side is of, for the types only. */
export interface Of<T, K, F> {
  readonly of?: readonly [event: T, key: K, finality: F];
}

export interface JoinSpec {
  readonly kind: JoinKind;
  readonly span: Span;
  readonly name: string | undefined;
  readonly late: DropPolicy | BareHaltPolicy;
}

/** Adds a join of two streams; which step it is. */
export function addJoin(
  builder: Builder,
  [left, right]: readonly [JoinSide, JoinSide],
  { kind, span, name, late }: JoinSpec,
  combine: (left: never, right: never) => unknown,
): number {
  return builder.add({
    kind: 'streamJoin',
    inputs: [left.port, right.port],
    name,
    join: kind,
    span,
    left: left.key,
    right: aligned(right.key, left.key),
    combine: combine as (left: unknown, right: unknown) => unknown,
    late,
  });
}

/** Refuses what is no table that can be asked as of a time, and options that nobody reads. */
export function checkJoinTable(call: string, table: unknown, options: unknown, names: readonly string[]): void {
  const expected = 'a table that knows what it held, made by toTable({ versioned })';
  checkRecord(`${call}(table)`, table, expected);
  if (typeof table['node'] !== 'number' || typeof table['retentionMs'] !== 'number') refuse(`${call}(table)`, expected, table);
  checkGiven(`${call}(table, options)`, options, names);
}

/** Refuses what is no side of a join. */
export function checkJoinable(call: string, right: unknown): void {
  const expected = 'a stream by its keys, made by keyBy(select)';
  checkRecord(`${call}(right)`, right, expected);
  if (typeof right['side'] !== 'object') refuse(`${call}(right)`, expected, right);
}

/** Adds a join of a stream with a versioned table; which step it is. */
export function addAsOf(
  builder: Builder,
  { port, key }: JoinSide,
  table: Pick<VersionedTable<unknown, unknown>, 'node' | 'key' | 'retentionMs'>,
  { name, at, missing, of }: { readonly name?: string; readonly at?: (event: never) => number; readonly missing: Missing; readonly of: AsOfNode['of'] },
  combine: (event: never, row: never) => unknown,
): number {
  const words = ['drop', 'null', 'bad'];
  if (typeof missing === 'object' && missing !== null) checkMissing(missing);
  else if (!words.includes(missing)) refuse('joinTable({ missing })', "'drop', 'null', 'bad' or { wait }", missing);
  const waitMs = waitMsOf(missing);
  if (typeof missing !== 'string' && !(Number.isSafeInteger(waitMs) && waitMs > 0 && waitMs < table.retentionMs)) {
    throw new RangeError(`joinTable({ missing: { wait: ${waitMs} } }): expected a positive whole number of ms, less than the table is versioned for`);
  }
  return builder.add({
    kind: 'asOf',
    inputs: [port, { node: table.node, port: 'sets' }],
    name,
    key: of === 'all' ? key : aligned(key, table.key),
    at: at as ((event: unknown) => number) | undefined,
    missing,
    combine: combine as (event: unknown, row: unknown) => unknown,
    of,
  });
}

function checkMissing(missing: Exclude<Missing, string>): void {
  checkOptions('joinTable({ missing })', missing, ['wait', 'else']);
  checkWord('joinTable({ missing: { else } })', missing.else, ['drop', 'null', 'bad']);
}

/** In ms; Infinity: for ever. */
export function retentionMs(versioned: Duration | 'forever'): number {
  if (versioned === 'forever') return Number.POSITIVE_INFINITY;
  if (!Number.isSafeInteger(versioned) || versioned <= 0) throw new RangeError(`toTable({ versioned: ${versioned} }): expected a positive whole number of ms, or 'forever'`);
  return versioned;
}

export function spanWithin(within: Within): Span {
  if (within === 'forever') return { kind: 'forever' };
  if (typeof within !== 'number') checkGiven('join({ within })', within, ['before', 'after']);
  const { before, after } = typeof within === 'number' ? { before: within, after: within } : within;
  for (const ms of [before, after]) {
    if (!Number.isSafeInteger(ms) || ms < 0 || ms > WINDOW_MS_MAX) throw new RangeError(`join({ within: … ${textOf(ms)} … }): expected a non-negative whole number of ms, at most ${WINDOW_MS_MAX}, or 'forever'`);
  }
  return { kind: 'distance', beforeMs: before, afterMs: after };
}

/** The key of the other side with its parts in the order of this one's. */
export function aligned(key: KeyShape<unknown, unknown>, to: KeyShape<unknown, unknown>): KeyShape<unknown, unknown> {
  const [names, expected] = [key.names, to.names];
  if (names === undefined && expected === undefined) return key;
  const selectors = (expected ?? []).map((name) => key.selectors[(names ?? []).indexOf(name)]);
  if (names?.length !== expected?.length || selectors.includes(undefined)) {
    throw new RangeError(`join by ${keyText(expected)} and by ${keyText(names)}: expected the same key on both sides`);
  }
  return { ...to, selectors: selectors as KeyShape<unknown, unknown>['selectors'] };
}

const keyText = (names: readonly string[] | undefined): string => (names === undefined ? 'a plain key' : `{ ${names.join(', ')} }`);
