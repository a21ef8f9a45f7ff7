import { expect, test } from 'vitest';
import { fullEverywhere } from './full-points.ts';

const POINTS = 5_000;
const SEED = 1;
const PATIENCE_MS = 120_000;

test(`random programs come to the same wherever in a commit their disk is full, and however often: ${POINTS} points`, () => {
  let [points, refusals] = [0, 0];
  for (let seed = SEED; points < POINTS; seed += 1) {
    const one = fullEverywhere(seed);
    expect(one.problems).toEqual([]);
    points += one.points;
    refusals += one.refusals;
  }
  expect(refusals).toBe(3 * points);
}, PATIENCE_MS);
