import { isDeepStrictEqual } from 'node:util';
import { MillraceError } from '../../src/error.ts';
import type { Plan } from '../../src/plan/node.ts';
import type { Tables } from '../../src/stream/program.ts';
import type { TestDriver } from '../../src/testing/driver.ts';
import { differs, livedThrough } from '../crash-points/random-program.ts';
import { FillingStore } from './filling-store.ts';

/** How often a store is full at one and the same point: once, and so many times before there is room. */
const TRIES = [1, 5];
/** Enough to see what is wrong. */
const PROBLEMS_MAX = 3;

export interface FullPoints {
  readonly points: number;
  readonly refusals: number;
  readonly problems: readonly string[];
}

/**
 * A random program whose store is full at every operation of each of its commits, one run for each, once and again and
 * again: the same commit is tried until there is room, in the same life. It comes to what it comes to undisturbed, and
 * meanwhile every table says what it said before.
 */
export function fullEverywhere(seed: number): FullPoints {
  const { name, run } = livedThrough(seed);
  const undisturbed = new FillingStore(0, 0);
  let opening = 0;
  const expected = run(() => undisturbed.backend, (driver) => {
    // Who opens a store takes it over first; a store that is full then is refused.
    opening ||= undisturbed.operations;
    driver.commit();
  });
  const { operations } = undisturbed;
  const problems: string[] = [];
  let [points, refusals] = [0, 0];
  for (let k = opening + 1; k <= operations && problems.length < PROBLEMS_MAX; k += 1) {
    for (const tries of TRIES) {
      points += 1;
      const store = new FillingStore(k, tries);
      const at = `${name}: full ${tries} times from operation ${k} of ${operations} on`;
      const came = run(() => store.backend, (driver, plan) => problems.push(...committed(driver, plan).map((problem) => `${at}: ${problem}`)));
      refusals += store.refusals;
      if (store.refusals !== tries) problems.push(`${at}: ${store.refusals} transactions were refused`);
      const wrong = differs(came, expected);
      if (wrong !== undefined) problems.push(`${at}: ${wrong}`);
    }
  }
  return { points, refusals, problems };
}

/** Commits as soon as there is room, and says what was not answered meanwhile as before. */
function committed(driver: TestDriver<Tables>, plan: Plan): readonly string[] {
  const before = answersOf(driver, plan);
  const problems: string[] = [];
  for (;;) {
    try {
      driver.commit();
      return problems;
    } catch (error) {
      if (!(error instanceof MillraceError && error.code === 'STORE_FULL')) throw error;
      if (!isDeepStrictEqual(answersOf(driver, plan), before)) problems.push('a table said something else while there was no room');
    }
  }
}

function answersOf(driver: TestDriver<Tables>, { tables }: Plan): readonly unknown[] {
  return [...tables.keys()].map((name) => [...(driver.table(name as never) as { scan(): Iterable<unknown> }).scan()]);
}
