import { type Duration, durationText } from '../../time/duration.ts';

/** What happens to an event for which the table has no row: it is dropped and counted, joined with undefined, or set aside. */
export type WithoutRow = 'drop' | 'null' | 'bad';

/**
 * As WithoutRow; or it waits until there is one, at most so long in event time, and what happens then.
 *
 * What it waits for is a row from a later time than it asked for: the first one there is.
 */
export type Missing = WithoutRow | { readonly wait: Duration; readonly else?: WithoutRow };

/** An event for which there was no row in time. */
export interface Unjoined<T> {
  readonly event: T;
  /** The event time as of which it asked. */
  readonly at: number;
  readonly reason: 'no-row' | 'timed-out';
}

/** How long is waited, in ms; 0: not at all. */
export const waitMsOf = (missing: Missing): Duration => (typeof missing === 'string' ? 0 : missing.wait);

export const withoutRow = (missing: Missing): WithoutRow => (typeof missing === 'string' ? missing : (missing.else ?? 'bad'));

/** As `describe()` shows it. */
export function missingText(missing: Missing): string {
  return typeof missing === 'string' ? missing : `wait ${durationText(missing.wait)}, then ${withoutRow(missing)}`;
}
