import type { JoinKind, Span } from '../operator/join/span.ts';
import type { Port } from '../plan/node.ts';
import type { KeyShape } from '../state/key.ts';
import type { Duration } from '../time/duration.ts';
import type { Builder } from './builder.ts';

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
}

export interface WindowJoinOptions {
  /** Durable state is found again by its name; required when the program has a store. */
  readonly name?: string;
}

/** One side of a join: which stream, by which key. */
export interface JoinSide {
  readonly port: Port;
  readonly key: KeyShape<unknown, unknown>;
}

export interface JoinSpec {
  readonly kind: JoinKind;
  readonly span: Span;
  readonly name: string | undefined;
}

/** Adds a join of two streams; which step it is. */
export function addJoin(
  builder: Builder,
  [left, right]: readonly [JoinSide, JoinSide],
  { kind, span, name }: JoinSpec,
  combine: (left: never, right: never) => unknown,
): number {
  return builder.add({
    kind: 'join',
    inputs: [left.port, right.port],
    name,
    join: kind,
    span,
    left: left.key,
    right: aligned(right.key, left.key),
    combine: combine as (left: unknown, right: unknown) => unknown,
  });
}

export function spanWithin(within: Within): Span {
  if (within === 'forever') return { kind: 'forever' };
  const { before, after } = typeof within === 'number' ? { before: within, after: within } : within;
  for (const ms of [before, after]) {
    if (!Number.isSafeInteger(ms) || ms < 0) throw new RangeError(`join({ within: … ${ms} … }): expected a non-negative whole number of ms, or 'forever'`);
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
