/*
 * How far event time goes. Behind it there is room for the end of every window that holds an event: a calendar
 * knows no later day than 13 September 275760, and whole numbers are exact up to 2⁵³ only.
 */

/** Behind every event time there can be: 31 December 275759, 0:00 UTC, in ms since the Unix epoch. */
export const TIME_END = 8_639_977_795_200_000;

/** The latest event time. */
export const TIME_MAX: number = TIME_END - 1;

/** After every time there can be: due there is what is due when the input has ended. */
export const AT_THE_END: number = 2 ** 60;

/** The longest window, in ms: 10,000 years of 366 days. */
export const WINDOW_MS_MAX = 316_224_000_000_000;

/** Refuses what is no length of a window; `what` is the call. */
export function checkWindowMs(what: string, ms: unknown): void {
  if (Number.isSafeInteger(ms) && (ms as number) > 0 && (ms as number) <= WINDOW_MS_MAX) return;
  throw new RangeError(`${what}: expected a positive whole number of ms, at most ${WINDOW_MS_MAX}`);
}

/** For messages: what a time has to be. */
export const TIME_EXPECTED: string = `whole ms since 1970, at most ${TIME_MAX}`;
