import type { AsOf, EpochMs, Model } from '../api.ts';
import type { Popularity } from '../api-popularity.ts';

const HOUR_MS = 3_600_000;
const STEP_MS = 300_000;

/** An hour of a fixture's world: the first model grows, the second falls, the third is as it was, and the last is new. */
export function fixturePopularity(models: readonly Model[], at: EpochMs, asOf: AsOf): Popularity {
  const end = (Math.floor(at / STEP_MS) + 1) * STEP_MS;
  const data = models.map(({ id }, n) => {
    const requests = 9_600 >> n;
    const before = n === models.length - 1 ? 0 : n === 2 ? requests : Math.round(requests * (n === 0 ? 0.8 : 1.25));
    return { model: id, requests, inputTokens: requests * 812, outputTokens: requests * 231, before, finality: 'provisional' as const, evidence: [] };
  });
  return { window: { start: end - HOUR_MS, end }, data, asOf };
}
