import type { FactWriter } from './fact-writer.ts';

/** How often a gateway promises while it writes facts, and at least; in ms. */
export const PROMISE_EVERY_MS = 1_000;
export const PROMISE_AT_LEAST_EVERY_MS = 10_000;

/**
 * Has a gateway promise: at once, each second in which it wrote facts, and every ten seconds when it has
 * nothing to say, because who is heard is not silent. Call what it returns to end that.
 */
export function startHeartbeat(facts: Pick<FactWriter, 'hasNews' | 'promise'>): () => void {
  let unsaidMs = 0;
  facts.promise();
  const timer = setInterval(() => {
    unsaidMs += PROMISE_EVERY_MS;
    if (!facts.hasNews && unsaidMs < PROMISE_AT_LEAST_EVERY_MS) return;
    unsaidMs = 0;
    facts.promise();
  }, PROMISE_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
