import { expect, test } from 'vitest';
import { seededRandom } from './random.ts';

const draw = (count: number, random: () => number): number[] => Array.from({ length: count }, random);

test('the same seed gives the same numbers, today and in every later version', () => {
  expect(draw(3, seededRandom(7, 'stream', 12))).toEqual(draw(3, seededRandom(7, 'stream', 12)));
  expect(draw(3, seededRandom(7, 'stream', 12))).toEqual([0.31967012281529605, 0.2382121435366571, 0.2117021179292351]);
});

test('another seed, purpose or number gives other numbers', () => {
  const firsts = [
    seededRandom(7, 'stream', 12), seededRandom(8, 'stream', 12), seededRandom(7, 'assign', 12),
    seededRandom(7, 'stream', 13), seededRandom(71, 2), seededRandom(7, 12),
  ].map((random) => random());
  expect(new Set(firsts).size).toBe(firsts.length);
});

test('numbers are spread evenly, within a stream and over the first numbers of many streams', () => {
  const random = seededRandom('spread');
  for (const numbers of [
    draw(100_000, random),
    Array.from({ length: 100_000 }, (_, row) => seededRandom(7, 'stream', row)()),
  ]) {
    const bins = new Array<number>(20).fill(0);
    for (const number of numbers) bins[Math.floor(number * 20)]!++;
    // χ² with 19 degrees of freedom: above 44 once in a thousand seeds; these seeds are fixed.
    expect(bins.reduce((sum, bin) => sum + (bin - 5_000) ** 2 / 5_000, 0)).toBeLessThan(44);
  }
});
