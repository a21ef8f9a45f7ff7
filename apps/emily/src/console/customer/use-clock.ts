import { useEffect, useState } from 'react';
import type { EpochMs, Hello } from '../api.ts';
import { elapsedMs } from '../live/clock.ts';
import type { LiveState } from '../live/live-feed.ts';

const TICK_MS = 10_000;

/** The server's time: as the stream tells it, in a replay the trace's; without a stream the greeting's, carried on by this browser. */
export function useClock({ mode, now }: Hello, live: LiveState | null): EpochMs {
  const [greeted] = useState(() => elapsedMs());
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((last) => last + 1), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const told = live?.now;
  if (told) return mode === 'replay' ? told.month.end - 1 : told.at;
  return Math.round(now + elapsedMs() - greeted);
}
