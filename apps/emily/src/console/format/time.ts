import type { EpochMs } from '../api.ts';

/*
 * Moments are shown in the viewer's own zone, with UTC beside them on hover. The borders of a
 * billing period are shown in the zone the customer is billed in, and that zone is named.
 */

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const clockShort = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const moment = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
});
const monthName = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

const DAY_MS = 86_400_000;

/** Whether a moment needs its date, because it lies another day than now. */
export const isFar = (at: EpochMs, now: EpochMs): boolean => Math.abs(now - at) > DAY_MS / 2;

export const formatClock = (at: EpochMs): string => clock.format(at);
export const formatMoment = (at: EpochMs): string => moment.format(at);
export const formatUtc = (at: EpochMs): string => `${new Date(at).toISOString().replace('T', ' ').replace('Z', '')} UTC`;

/** The viewer's zone, for the title of a time axis. */
export const viewerZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Minutes, with seconds where a tick falls between two, and the day where a chart spans several. */
export function formatTimeTick(at: EpochMs, spanMs: number): string {
  if (spanMs > 2 * DAY_MS) return day.format(at);
  return at % 60_000 === 0 ? clockShort.format(at) : clock.format(at);
}

/** `2026-11` → `November 2026`. */
export const formatMonth = (label: string): string => monthName.format(Date.parse(`${label}-01T00:00:00Z`));

/** A border of a billing period: `1 Dec 2026, 00:00 (Europe/Berlin)`. */
export function formatBorder(at: EpochMs, zone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone,
  });
  return `${format.format(at)} (${zone})`;
}
