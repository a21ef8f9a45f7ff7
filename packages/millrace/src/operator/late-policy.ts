import { type Duration, durationText } from '../time/duration.ts';

/** What happens to an event whose window is closed when it comes. */
export type LatePolicy = DropPolicy | RevisePolicy;

/** It is counted, and sent to `.late`. */
export interface DropPolicy {
  readonly kind: 'drop';
}

/** The closed window is counted again, and leaves again as a change; after `retainMs` of event time it is final. */
export interface RevisePolicy {
  readonly kind: 'revise';
  readonly retainMs: Duration;
}

/** Late events are counted, and sent to `.late`: the default. */
export function drop(): DropPolicy {
  return dropped;
}

/**
 * A late event changes the closed window it belongs to: what left goes back, exactly, and the new value
 * leaves instead, with revision and cause.
 *
 * A window closed on proof is final at once. Otherwise it is final once the frontier is `retain` past its
 * end; what comes later than that is dropped.
 */
export function revise({ retain }: { readonly retain: Duration }): RevisePolicy {
  if (!Number.isSafeInteger(retain) || retain <= 0) throw new RangeError(`revise({ retain: ${retain} }): expected a positive whole number of ms`);
  return Object.freeze({ kind: 'revise', retainMs: retain });
}

const dropped: DropPolicy = Object.freeze({ kind: 'drop' });

/** As `describe()` shows it. */
export function lateText(late: LatePolicy): string {
  return late.kind === 'drop' ? 'drop' : `revise for ${durationText(late.retainMs)}`;
}

/** When rows of open windows leave before they close: after each event, or each `everyMs` of event time. */
export type Early = { readonly kind: 'each' } | { readonly kind: 'every'; readonly everyMs: Duration };

/** Rows of open windows that have changed leave whenever the frontier passes a multiple of `period`. */
export function every(period: Duration): Early {
  if (!Number.isSafeInteger(period) || period <= 0) throw new RangeError(`every(${period}): expected a positive whole number of ms`);
  return Object.freeze({ kind: 'every', everyMs: period });
}

/** As `describe()` shows it. */
export function earlyText(early: Early | undefined): string {
  if (early === undefined) return '';
  return early.kind === 'each' ? ', early: each' : `, early: every ${durationText(early.everyMs)}`;
}
