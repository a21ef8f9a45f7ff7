import { exponential, inside, normal } from '../distribution.ts';
import type { Random } from '../random.ts';

/**
 * The gap from one arrival to the next, as its natural logarithm and without its scale: the arrivals
 * of a window are stretched to fill it, so only the shape counts. As a logarithm, because the gaps of
 * a client with bursts differ by more powers of ten than a number can hold.
 */
export type LogGap = (random: Random) => number;

export type GapFamily = 'Gamma' | 'Weibull';

/** Gaps of a family with the coefficient of variation `cv` (standard deviation ÷ mean). */
export function logGap(family: GapFamily, cv: number): LogGap {
  if (cv < cvMin) return () => 0;
  if (family === 'Gamma') {
    const shape = 1 / cv ** 2;
    return (random) => logGamma(random, shape);
  }
  const shape = weibullShape(cv);
  return (random) => Math.log(exponential(random)) / shape;
}

/** Below this the gaps are all the same: a client that calls like a clock. */
const cvMin = 1e-3;

/** The logarithm of a gamma variate (Marsaglia and Tsang; below shape 1 by the power of a uniform number). */
function logGamma(random: Random, shape: number): number {
  if (shape < 1) return logGamma(random, shape + 1) + Math.log(inside(random)) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && -exponential(random) < x * x / 2 + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}

/** The Weibull shape with a given coefficient of variation, by bisection: the larger the shape, the less variation. */
function weibullShape(cv: number): number {
  let low = 0.02;
  let high = 2_000;
  for (let step = 0; step < 60; step++) {
    const middle = Math.sqrt(low * high);
    const variance = Math.expm1(gammaFunctionLog(1 + 2 / middle) - 2 * gammaFunctionLog(1 + 1 / middle));
    if (variance > cv ** 2) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}

/** ln Γ(x) for x ≥ 1: Stirling's series, moved up to where four terms of it are exact to 1e-12. */
function gammaFunctionLog(x: number): number {
  let shifted = x;
  let product = 0;
  while (shifted < 12) {
    product += Math.log(shifted);
    shifted++;
  }
  const inverse = 1 / shifted;
  const square = inverse ** 2;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return (shifted - 0.5) * Math.log(shifted) - shifted + Math.log(2 * Math.PI) / 2 + series - product;
}
