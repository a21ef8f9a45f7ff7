import type { Duration } from './duration.ts';

/**
 * How a source knows that nothing older will come.
 *
 * `out-of-order`: an assumption. An event may be at most `bound` behind the newest one of its
 * partition, so after an event at t the partition's frontier is t − bound. Evidence: `assumed`.
 * A partition that has had nothing to give for `idleAfter` follows the clock at the distance of both,
 * so windows close without new events. When a bounded input is over, its frontier is the end of
 * time. Evidence: `ended`.
 */
export interface Completeness {
  readonly kind: 'out-of-order';
  readonly boundMs: Duration;
  /** Infinity: silence is never taken for idleness. */
  readonly idleAfterMs: number;
}

/** Events are at most `bound` older than the newest event of their partition. */
export function outOfOrder(bound: Duration, { idleAfter }: { readonly idleAfter?: Duration } = {}): Completeness {
  if (!Number.isSafeInteger(bound) || bound < 0) {
    throw new RangeError(`outOfOrder(${bound}): expected a non-negative whole number of milliseconds`);
  }
  if (idleAfter !== undefined && (!Number.isSafeInteger(idleAfter) || idleAfter <= 0)) {
    throw new RangeError(`outOfOrder(…, { idleAfter: ${idleAfter} }): expected a positive whole number of milliseconds`);
  }
  return Object.freeze({ kind: 'out-of-order', boundMs: bound, idleAfterMs: idleAfter ?? Number.POSITIVE_INFINITY });
}
