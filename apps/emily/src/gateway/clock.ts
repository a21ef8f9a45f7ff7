import { systemClock as engineClock } from 'millrace';
import { epochMs, type EpochMs } from '../domain/names.ts';

/** The two clocks of a gateway: one says when a call was admitted, the other how long it took. */
export interface Clock {
  now(): EpochMs;
  /** Milliseconds since some start; it never goes back. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => epochMs(engineClock.now()),
  monotonicMs: () => performance.now(),
};
