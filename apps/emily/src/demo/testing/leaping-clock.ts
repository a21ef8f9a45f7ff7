import { setImmediate } from 'node:timers/promises';
import { epochMs, type EpochMs } from '../../domain/names.ts';
import type { Clock } from '../clock.ts';

/** A clock that waits for nobody: who sleeps moves it on, and the test may too. */
export class LeapingClock implements Clock {
  /** Every sleep so far, in ms. */
  readonly sleeps: number[] = [];
  #now: number;

  constructor(now: number = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): EpochMs {
    return epochMs(this.#now);
  }

  leap(ms: number): void {
    this.#now += ms;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.sleeps.push(ms);
    this.leap(ms);
    await setImmediate();
  }
}
