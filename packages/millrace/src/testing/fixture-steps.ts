import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { Program, Tables } from '../stream/program.ts';
import { type TestDriver, testDriver } from './driver.ts';
import { type Made, type Scenario, inEveryWay } from './fixture-scenario.ts';

/** Runs a scenario in memory, action by action, and looks at it after each. */
export function stepByStep<T extends Tables>(program: Program<T>, { actions }: Scenario, look: (driver: TestDriver<T>, seen: readonly Made[]) => void): TestDriver<T> {
  const driver = testDriver(program);
  const seen: Made[] = [];
  for (const action of actions) {
    if (action.kind === 'promise') driver.advanceFrontier(action.source, action.to, action.partition);
    else if (action.kind === 'end') driver.source(action.source).end();
    else {
      driver.source(action.source).sendBatch([action.value], { partition: action.partition });
      if (action.value.time >= 0) seen.push(action.value);
    }
    look(driver, seen);
  }
  return driver;
}

/** Whether a scenario leaves the same in every way: in batches, through commits and crashes, and in the tables that are asked. */
export function sameInEveryWay<T extends Tables>(program: Program<T>, scenario: Scenario, sinks: readonly string[], asked: readonly (keyof T & string)[], run: typeof inEveryWay = inEveryWay): void {
  const once = stepByStep(program, scenario, () => {});
  run(program, scenario, (driver) => {
    for (const sink of sinks) expect(driver.sink(sink).rows()).toEqual(once.sink(sink).rows());
    for (const name of asked) {
      const rows = (one: TestDriver<T>): readonly unknown[] => (one.table(name) as unknown as { scan(): readonly unknown[] }).scan();
      const [found, expected] = [rows(driver), rows(once)];
      expect(found.length).toBe(expected.length);
      for (const row of expected) expect(found.some((one) => isDeepStrictEqual(one, row))).toBe(true);
    }
  });
}
