import { isDeepStrictEqual } from 'node:util';
import { CrashingStore, Killed } from './crashing-store.ts';
import type { Scenario } from './scenario.ts';

/** How many crashes there were, and what was wrong. */
export interface Points {
  readonly points: number;
  readonly problems: readonly string[];
}

/** Enough to see what is wrong. */
const PROBLEMS_MAX = 3;
/** Looking where in the code an operation is takes ten times as long as the operation. */
const LOOKED_AT_ONE_IN = 10;
/** A second crash follows so many operations after the first: in the recovery, and behind it. */
const AGAIN_AFTER = [1, 3, 8];

/**
 * A scenario with a crash at every operation of its store, one run for each; and with a second crash soon after, in
 * the recovery. Whatever it comes to without a crash, it has to come to with one.
 */
export async function crashedEverywhere({ name, run, differs = differsAtAll }: Scenario, sites?: Set<string>): Promise<Points> {
  const undisturbed = new CrashingStore([], sites);
  const expected = await run(undisturbed);
  const { operations } = undisturbed;
  const problems: string[] = [];
  let points = 0;
  const check = async (deaths: readonly number[]): Promise<void> => {
    points += 1;
    const at = `${name}: killed at ${deaths.join(' and ')} of ${operations} operations`;
    try {
      const wrong = differs(await run(new CrashingStore(deaths, points % LOOKED_AT_ONE_IN === 1 ? sites : undefined)), expected);
      if (wrong !== undefined) problems.push(`${at}: ${wrong}`);
    } catch (error) {
      if (error instanceof Killed) throw error;
      problems.push(`${at}: ${String(error)}`);
    }
  };
  for (let k = 1; k <= operations && problems.length < PROBLEMS_MAX; k += 1) {
    await check([k]);
    const again = AGAIN_AFTER[k % AGAIN_AFTER.length] as number;
    if (k % 2 === 0) await check([k, k + again]);
  }
  return { points, problems };
}

function differsAtAll(came: unknown, expected: unknown): string | undefined {
  return isDeepStrictEqual(came, expected) ? undefined : 'it came to something else';
}
