import type { Random } from './random.ts';

/** Draws from the distributions that demand is made of. */

/** A uniform number above 0 and below 1, so that its logarithm exists and isn't 0. */
export const inside = (random: Random): number => random() + 2 ** -33;

/** Mean 1: the gaps of arrivals that know nothing of each other. */
export const exponential = (random: Random): number => -Math.log(inside(random));

/** Mean 0, standard deviation 1 (Box and Muller). */
export const normal = (random: Random): number =>
  Math.sqrt(2 * exponential(random)) * Math.cos(2 * Math.PI * random());

/** A whole number around `median`, skewed to the right as lengths of texts are, cut at 1 and `max`. */
export interface LengthShape {
  readonly median: number;
  /** Standard deviation of the logarithm; the mean is median × e^(sigma² / 2). */
  readonly sigma: number;
  readonly max: number;
}

export const lognormalLength = (random: Random, shape: LengthShape): number =>
  Math.min(shape.max, Math.max(1, Math.round(shape.median * Math.exp(shape.sigma * normal(random)))));

/** An index below `size`, index i with a share proportional to 1 / (i + 1): few are popular, many are rare. */
export function zipfIndex(random: Random, size: number): number {
  let total = 0;
  for (let rank = 1; rank <= size; rank++) total += 1 / rank;
  let rest = random() * total;
  for (let rank = 1; rank < size; rank++) {
    rest -= 1 / rank;
    if (rest < 0) return rank - 1;
  }
  return size - 1;
}
