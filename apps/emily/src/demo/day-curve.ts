import type { EpochMs } from '../domain/names.ts';
import { normal } from './distribution.ts';
import { seededRandom } from './random.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;

/** The busiest hour of the day, UTC, and how far the day swings round its mean: from 0.4 to 1.6 of it. */
const peakHour = 15;
const swing = 0.6;

/** Standard deviation of the logarithm of a minute's noise. */
const noiseSigma = 0.2;

/** Requests per second at a time of day: a wave over 24 hours round `meanPerSecond`, and noise by the minute. */
export function demandAt(at: EpochMs, meanPerSecond: number, seed: number): number {
  const wave = Math.cos((at / hourMs - peakHour) / 24 * 2 * Math.PI);
  const minuteNoise = normal(seededRandom(seed, 'noise', Math.floor(at / minuteMs)));
  return meanPerSecond * (1 + swing * wave) * Math.exp(noiseSigma * minuteNoise - noiseSigma ** 2 / 2);
}
