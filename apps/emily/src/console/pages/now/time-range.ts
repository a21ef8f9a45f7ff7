import { paths, type EpochMs, type Hello, type Now, type Producer, type Usage } from '../../api.ts';
import type { LivePoint } from '../../live/live-point.ts';
import type { Polled } from '../../live/use-polled.ts';
import { perMinute, perSecond, type Metered, type TimelineRow } from './timeline.ts';

/*
 * Which stretch of time the charts show, in which grain and on whose clock.
 *
 * While serving, both tabs are on this machine's clock. A replay has two: the trace's own time, in
 * which its usage is billed, and the clock of the machine that replays it, which only shows how fast
 * that goes. What lies on the machine's clock then has no frontier and no completeness.
 */
export type RangeId = 'seconds' | 'minutes';

export type TimeRange = {
  readonly id: RangeId;
  readonly rows: readonly TimelineRow[];
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly frontier: EpochMs | null;
  /** Null where completeness has no meaning on this clock. */
  readonly producers: readonly Producer[] | null;
};

const SECONDS_RANGE_MS = 15 * 60_000;
const MINUTES_RANGE_MS = 3 * 3_600_000;
const MINUTE_MS = 60_000;

export const defaultRange = (hello: Hello): RangeId => (hello.mode === 'replay' ? 'minutes' : 'seconds');

/** Which minutes to ask the meter for: those of the range, with the one that runs. */
export function minutesPath(id: RangeId, now: Now, hello: Hello): string {
  if (hello.mode === 'replay') return paths.minutes(now.month.start, now.month.end);
  const minute = now.at - (now.at % MINUTE_MS);
  return paths.minutes(minute - (id === 'minutes' ? MINUTES_RANGE_MS : SECONDS_RANGE_MS), minute + MINUTE_MS);
}

/** How many minutes the frontier has passed: with each more the meter is asked at once. A replay passes them faster than one asks. */
export const minutesPassed = ({ frontier }: Now, { mode }: Hello): number =>
  (mode === 'replay' || frontier === null ? 0 : Math.floor(frontier / MINUTE_MS));

function meteredOf({ answer, askedAt }: Polled<Usage>): Metered {
  if (answer === null) return nothingMetered;
  const { frontier, evidence } = answer.asOf;
  // Without a frontier, evidence says that the input is over.
  return { minutes: answer.data, askedAt, frontier: frontier ?? (evidence.length > 0 ? askedAt : 0) };
}

const nothingMetered: Metered = { minutes: [], askedAt: 0, frontier: 0 };

export function timeRange(id: RangeId, now: Now, hello: Hello, points: readonly LivePoint[], polled: Polled<Usage>): TimeRange {
  const replay = hello.mode === 'replay';
  const { frontier, producers } = now;
  const metered = meteredOf(polled);
  const { minutes } = metered;
  if (id === 'minutes') {
    const first = minutes[0]?.window.start ?? now.month.start;
    const last = minutes.at(-1)?.window.end ?? first + MINUTE_MS;
    const span = replay ? { from: first, to: last } : { from: now.at - MINUTES_RANGE_MS, to: now.at };
    return { id, ...span, rows: perMinute(minutes, span), frontier, producers };
  }
  const span = { from: now.at - SECONDS_RANGE_MS, to: now.at };
  return replay
    ? { id, ...span, rows: perSecond(points, nothingMetered, span), frontier: null, producers: null }
    : { id, ...span, rows: perSecond(points, metered, span), frontier, producers };
}
