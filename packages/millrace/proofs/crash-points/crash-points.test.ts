import { expect, test } from 'vitest';
import { SCENARIOS, crashPoints } from './everything.ts';
import { crashedEverywhere } from './points.ts';
import { randomScenario } from './random-program.ts';
import { storeSites } from './sites.ts';

/** With those of the other file 100,000. */
const POINTS = 50_000;
const SEED = 2;
const PATIENCE_MS = 600_000;

test.each(SCENARIOS)('$name comes to the same wherever its process dies', async (scenario) => {
  expect((await crashedEverywhere(scenario)).problems).toEqual([]);
}, PATIENCE_MS);

test('a process dies at every place in the code where a store is read or written', async () => {
  const sites = new Set<string>();
  for (const scenario of [...SCENARIOS, randomScenario(1), randomScenario(2)]) await crashedEverywhere(scenario, sites);
  expect(storeSites().filter((site) => !sites.has(site))).toEqual([]);
  expect(storeSites().length).toBeGreaterThan(20);
}, PATIENCE_MS);

test(`random programs come to the same wherever their process dies: ${POINTS} points`, async () => {
  const { points, problems } = await crashPoints(POINTS, SEED, 2, () => {});
  expect(problems).toEqual([]);
  expect(points).toBeGreaterThanOrEqual(POINTS);
}, PATIENCE_MS);
