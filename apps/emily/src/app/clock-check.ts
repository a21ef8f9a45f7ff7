import type { EpochMs } from '../domain/names.ts';

const DAY_MS = 86_400_000;
/** Nobody leaves a metering system down for longer and means it. */
export const DOWN_MS_MAX: number = 400 * DAY_MS;

/** A clock that would close every month up to another age, at a start. */
class ClockDoubted extends Error {
  readonly cure = 'Set the clock of this machine; if it is right, start once with --clock-is-right.';
}

/**
 * Months close by the promises of gateways, which go by the clock, and what is closed stays closed. So a start is
 * refused where the clock is further from what this Emily knew last than it can have been down. `last`: when it was
 * heard of last, 0: never.
 */
export function checkClock(now: EpochMs, last: EpochMs): void {
  if (last === 0 || Math.abs(now - last) <= DOWN_MS_MAX) return;
  const days = Math.round(Math.abs(now - last) / DAY_MS);
  throw new ClockDoubted(`the clock says ${new Date(now).toISOString()}, ${days} days ${now > last ? 'after' : 'before'} what was metered last, at ${new Date(last).toISOString()}: expected at most ${DOWN_MS_MAX / DAY_MS}.`);
}
