import { expect, test } from 'vitest';
import { crashPoints } from './everything.ts';

/** With those of the other file 100,000; of other seeds, which are programs of tables. */
const POINTS = 50_000;
const SEED = 1;
const PATIENCE_MS = 600_000;

test(`programs of tables come to the same wherever their process dies: ${POINTS} points`, async () => {
  const { points, problems } = await crashPoints(POINTS, SEED, 2, () => {});
  expect(problems).toEqual([]);
  expect(points).toBeGreaterThanOrEqual(POINTS);
}, PATIENCE_MS);
