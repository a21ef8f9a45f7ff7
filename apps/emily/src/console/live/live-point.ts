import type { EpochMs, Now } from '../api.ts';

/** The rates of one second, as they were heard. */
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
