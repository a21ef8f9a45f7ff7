import { useEffect, useState } from 'react';
import { ask, NoAnswer } from './ask.ts';

export type Polled<T> = {
  /** The last good answer. */
  readonly answer: T | null;
  /** Why the newest attempt failed, in words; null when it did not. */
  readonly problem: string | null;
};

/**
 * Asks for `path` at once and then every `everyMs`, the next time only after the answer.
 * A hidden page does not ask. A failed attempt keeps the last answer beside the reason.
 */
export function usePolled<T>(path: string, everyMs: number): Polled<T> {
  const [polled, setPolled] = useState<Polled<T>>({ answer: null, problem: null });

  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = (): void => {
      if (!stop.signal.aborted) timer = setTimeout(() => void round(), everyMs);
    };
    const round = async (): Promise<void> => {
      if (document.hidden) return next();
      try {
        const answer = await ask<T>(path, stop.signal);
        if (!stop.signal.aborted) setPolled({ answer, problem: null });
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
  }, [path, everyMs]);

  return polled;
}
