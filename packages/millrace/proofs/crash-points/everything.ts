import { compactionScenario } from './compaction-scenario.ts';
import { journalScenario } from './journal-scenario.ts';
import { logScenario } from './log-scenario.ts';
import { type Points, crashedEverywhere } from './points.ts';
import { randomScenario } from './random-program.ts';
import { rebuildScenario } from './rebuild-scenario.ts';
import { rewindScenario } from './rewind-scenario.ts';
import type { Scenario } from './scenario.ts';
import { spilledScenario } from './spilled-scenario.ts';
import { upgradeScenario } from './upgrade-scenario.ts';

/** Every way in which something is committed, by name: random programs do the rest. */
export const SCENARIOS: readonly Scenario[] = [compactionScenario, journalScenario, logScenario, rebuildScenario, rewindScenario, spilledScenario, upgradeScenario];

export interface CrashReport extends Points {
  readonly programs: number;
}

/**
 * Crashes at every operation of random programs, of every `stride`-th seed from `seed` on, until there are so many points.
 */
export async function crashPoints(most: number, seed: number, stride: number, told: (points: number) => void): Promise<CrashReport> {
  const problems: string[] = [];
  let [points, programs] = [0, 0];
  for (; points < most && problems.length === 0; programs += 1) {
    const one = await crashedEverywhere(randomScenario(seed + programs * stride));
    points += one.points;
    problems.push(...one.problems);
    told(points);
  }
  return { points, programs, problems };
}
