import type { Random } from '../port/random.ts';

const FIRST_MS = 50;
export const BACK_OFF_MS_MAX = 10_000;

/**
 * How long to wait before a delivery is tried again, in ms: twice as long each time, and never the same
 * for two producers, so that they do not come back together. The receiver may ask for more.
 */
export function backOffMs(failures: number, random: Random, askedMs = 0): number {
  const whole = Math.min(BACK_OFF_MS_MAX, FIRST_MS * 2 ** Math.min(failures - 1, 30));
  return Math.max(whole / 2 + (whole / 2) * random.next(), Math.min(askedMs, BACK_OFF_MS_MAX));
}
