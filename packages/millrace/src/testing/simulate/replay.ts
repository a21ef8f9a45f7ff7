import type { Program, Tables } from '../../stream/program.ts';
import { type TestDriver, testDriver } from '../driver.ts';
import type { Outcome } from './world.ts';

/**
 * The same input once more, in the same order, in one life, without a store: what the program means by it.
 *
 * The input is what was taken and what clocks decided. Where batches and commits ended, who died when, and which
 * sink took its time is no part of it.
 */
export function replayed(program: Program<Tables>, { given, taken, decisions }: Outcome): TestDriver<Tables> {
  const driver = testDriver(program);
  let decided = 0;
  const decideUpTo = (end: number): void => {
    for (; decided < end; decided += 1) {
      const { source, partition = 0, decision } = decisions[decided] as (typeof decisions)[number];
      if (source !== undefined) driver.decide(source, decision, partition);
    }
  };
  for (const { source, partition, from, to, arrival, decisions: before } of taken) {
    decideUpTo(before);
    if (from === to) driver.endOf(source, partition);
    // One by one: where a batch ends is no part of the input.
    else for (const row of (given.get(source)?.[partition] ?? []).slice(from, to)) driver.source(source).sendBatch([row], { partition, arrival });
  }
  decideUpTo(decisions.length);
  return driver;
}
