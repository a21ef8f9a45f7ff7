import { setTimeout as delay } from 'node:timers/promises';
import { epochMs, type EpochMs } from '../domain/names.ts';

/** The time of day and the passing of time, handed to everything in this room that waits. */
export interface Clock {
  now(): EpochMs;
  /** Resolves after `ms`, which is at most `sleepMsMax`; rejects when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest sleep a timer of Node can hold, about 24 days; a longer one would end at once. */
export const sleepMsMax: number = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  sleep: (ms, signal) => delay(Math.min(ms, sleepMsMax), undefined, signal === undefined ? {} : { signal }),
};
