import { expect, test } from 'vitest';
import { simulateRandomPrograms } from './random-programs.ts';

/** Not those of anybody's long run. */
const SEED = 20_261_123;
const RUNS = 200;

test(`${RUNS} random programs come to what they mean, whatever goes wrong`, async () => {
  const { violations, runs, faults } = await simulateRandomPrograms(SEED, RUNS, () => {});
  expect(violations).toEqual([]);
  expect(runs).toBe(RUNS);
  expect(Object.entries(faults).filter(([, times]) => times === 0)).toEqual([]);
}, 120_000);

test('the same seed is the same run, to the last step', async () => {
  const [one, again, other] = [await simulateRandomPrograms(7, 10, () => {}), await simulateRandomPrograms(7, 10, () => {}), await simulateRandomPrograms(8, 10, () => {})];
  expect(again).toEqual(one);
  expect(other.hash).not.toBe(one.hash);
});
