import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../src/demo/random.ts';
import type { EmilyProcess } from './process.ts';
import { signIn } from './operator.ts';

/*
 * Where a replay is killed: drawn by a seed, described by what the process has got to and not by the
 * clock alone, so that a slow machine is hit in the same places as a fast one.
 */

/** Somewhere in the life of a replay. */
export type KillPoint = { readonly name: string; readonly reached: (emily: EmilyProcess) => Promise<void> };

/** The longest that a point lies behind what it waits for, in ms. */
const START_UP_MS_MAX = 400;
const CLOSING_MS_MAX = 25;
/** The last rows are over too soon to be hit. */
const MIDDLE_SHARE = 0.95;

/** While modules load, the store recovers and replicas start: after so many of its lines, and a while. */
function startingUp(lines: number, ms: number): KillPoint {
  return {
    name: `${ms} ms after line ${lines} of its start`,
    reached: async (emily) => {
      await emily.said(new RegExp(`^(?:.*\n){${lines}}`));
      await delay(ms);
    },
  };
}

/** When the replay says that so many rows were acknowledged, by this run or an earlier one. */
export function atRow(row: number): KillPoint {
  return {
    name: `at row ${row}`,
    reached: async (emily) => {
      const { get } = await signIn(emily);
      let done = 0;
      while (done < row) ({ replay: { done } } = await get<{ replay: { done: number } }>('/console/hello'));
    },
  };
}

/** While the trace ends, the month closes and the process stops: a while after it said that all rows are in, or its result. */
function closing(ms: number): KillPoint {
  return {
    name: `${ms} ms into its closing`,
    reached: async (emily) => {
      await emily.said(/100 %|"requests":/);
      await delay(ms);
    },
  };
}

/** So many points of a replay of so many rows: a quarter while it starts, a quarter while it closes, the others in between. */
export function killPoints(seed: number, count: number, rows: number): readonly KillPoint[] {
  const random = seededRandom(seed, 'kill');
  const draw = (max: number): number => Math.floor(random() * max);
  const quarter = Math.floor(count / 4);
  const starts = times(quarter, () => startingUp(draw(6), draw(START_UP_MS_MAX)));
  const middles = times(count - 2 * quarter, () => draw(rows * MIDDLE_SHARE)).sort((a, b) => a - b).map(atRow);
  const between = [...middles];
  for (const start of starts) between.splice(draw(between.length - quarter), 0, start);
  return [...between, ...times(quarter, () => closing(draw(CLOSING_MS_MAX)))];
}

function times<T>(length: number, make: () => T): T[] {
  return Array.from({ length }, make);
}
