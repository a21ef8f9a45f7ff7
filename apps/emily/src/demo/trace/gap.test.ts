import { expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import { logGap, type GapFamily } from './gap.ts';

function variation(family: GapFamily, cv: number, count: number): number {
  const random = seededRandom('gap', family, cv);
  const gap = logGap(family, cv);
  const gaps = Array.from({ length: count }, () => Math.exp(gap(random)));
  const mean = gaps.reduce((sum, value) => sum + value, 0) / count;
  return Math.sqrt(gaps.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count) / mean;
}

test.each([
  ['Gamma', 0.1], ['Gamma', 0.5], ['Gamma', 1], ['Gamma', 2],
  ['Weibull', 0.1], ['Weibull', 0.5], ['Weibull', 1], ['Weibull', 2],
] as const)('gaps of a %s with a coefficient of variation of %d vary as much', (family, cv) => {
  expect(variation(family, cv, 200_000) / cv).toBeCloseTo(1, 1);
});

test('a Gamma and a Weibull with a coefficient of variation of 1 are both the exponential: ln of a gap has the mean −γ', () => {
  for (const family of ['Gamma', 'Weibull'] as const) {
    const random = seededRandom('exponential', family);
    const gap = logGap(family, 1);
    let sum = 0;
    for (let index = 0; index < 100_000; index++) sum += gap(random);
    expect(sum / 100_000).toBeCloseTo(-0.5772, 1);
  }
});

test('a client without variation calls like a clock', () => {
  const gap = logGap('Gamma', 0);
  expect([gap(() => 0.1), gap(() => 0.9)]).toEqual([0, 0]);
});

test.each(['Gamma', 'Weibull'] as const)('the wildest bursts (%s, 70 times the mean) stay finite numbers', (family) => {
  const random = seededRandom('burst', family);
  const gap = logGap(family, 70);
  for (let index = 0; index < 10_000; index++) expect(Number.isFinite(gap(random))).toBe(true);
});
