import { useEffect, useEffectEvent, useState } from 'react';
import type { EpochMs } from '../api.ts';
import { ask, NoAnswer } from './ask.ts';

export type Polled<T> = {
  /** What was asked for, of which the answer is. */
  readonly of: string | null;
  /** The last good answer. */
  readonly answer: T | null;
  /** The server's time at which it was asked for. */
  readonly askedAt: EpochMs;
  /** Why the newest attempt failed, in words; null when it did not. */
  readonly problem: string | null;
};

/**
 * Asks for `path` at once and then every `everyMs`, the next time only after the answer.
 * Another `occasion` is a reason to ask again at once; `at` is the server's time now.
 * Nothing is asked for where `path` is null. A hidden page does not ask. A failed attempt keeps the last answer beside the reason.
 */
export function usePolled<T>(path: string | null, everyMs: number, at: EpochMs, occasion: number | null = null): Polled<T> {
  const [polled, setPolled] = useState<Polled<T>>({ of: null, answer: null, askedAt: 0, problem: null });
  const serverTime = useEffectEvent(() => at);

  useEffect(() => {
    if (path === null) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = (): void => {
      if (!stop.signal.aborted) timer = setTimeout(() => void round(), everyMs);
    };
    const round = async (): Promise<void> => {
      if (document.hidden) return next();
      const askedAt = serverTime();
      try {
        const answer = await ask<T>(path, stop.signal);
        if (!stop.signal.aborted) setPolled({ of: path, answer, askedAt, problem: null });
      } catch (error) {
        // Signing out is the live feed's to tell; a page that is leaving needs no message.
        if (!stop.signal.aborted && error instanceof NoAnswer) setPolled((last) => ({ ...last, problem: error.message }));
      }
      next();
    };
    void round();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [path, everyMs, occasion]);

  return polled;
}
