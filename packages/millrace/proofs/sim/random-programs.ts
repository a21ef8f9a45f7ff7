import { createHash } from 'node:crypto';
import { FAULTS, type FaultCounts } from '../../src/testing/simulate/faults.ts';
import { randomProgram } from '../../src/testing/simulate/fixture-random-program.ts';
import { type SimulationReport, type Violation, simulated } from '../../src/testing/simulate/simulate.ts';

/** Enough to see what is wrong. */
const VIOLATIONS_MAX = 5;

export interface ViolatedProgram extends Violation {
  readonly program: object;
}

export interface RandomReport extends Omit<SimulationReport, 'violations'> {
  readonly violations: readonly ViolatedProgram[];
}

/** A run of a random program for each seed from `seed` on; `isHunt`: up to the first violation, which is left as it is. */
export async function simulateRandomPrograms(seed: number, runs: number, told: (done: number) => void, isHunt = false): Promise<RandomReport> {
  const faults = new Map<string, number>(FAULTS.map((fault) => [fault, 0]));
  const hash = createHash('sha256');
  const violations: ViolatedProgram[] = [];
  let [done, lives, replayed, batched] = [0, 0, 0, 0];
  const most = isHunt ? 1 : VIOLATIONS_MAX;
  for (; done < runs && violations.length < most; done += 1) {
    const { program, spec, events } = randomProgram(seed + done);
    const report = await simulated(program, { seed: seed + done, runs: 1, events }, !isHunt);
    for (const [fault, count] of Object.entries(report.faults)) faults.set(fault, (faults.get(fault) ?? 0) + count);
    lives += report.lives;
    replayed += report.replayed;
    batched += report.batched;
    hash.update(report.hash);
    violations.push(...report.violations.map((violation) => ({ ...violation, program: spec })));
    told(done + 1);
  }
  return { runs: done, seed, lives, replayed, batched, faults: Object.fromEntries(faults) as FaultCounts, hash: hash.digest('hex').slice(0, 32), violations };
}
