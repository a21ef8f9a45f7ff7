import type { EpochMs, Now } from '../api.ts';

/**
 * The rates as they were heard at a moment: means over the seconds before it, without the calls that were still
 * under way. Never what a second came to: that only the meter knows, later.
 */
export type LivePoint = {
  readonly at: EpochMs;
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
};

/** Fifteen minutes at one point a second. */
export const RECENT_POINTS_MAX = 900;

/** Appends the event's rates; an event repeated by a reconnect, or older than the newest, adds nothing. */
export function rememberPoint(points: readonly LivePoint[], now: Now): readonly LivePoint[] {
  const last = points.at(-1);
  if (last !== undefined && now.at <= last.at) return points;
  const point: LivePoint = {
    at: now.at,
    requests: now.rates.requestsPerSecond,
    inputTokens: now.rates.inputTokensPerSecond,
    outputTokens: now.rates.outputTokensPerSecond,
  };
  return [...points.slice(-(RECENT_POINTS_MAX - 1)), point];
}
