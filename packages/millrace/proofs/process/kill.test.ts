import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { faketime } from './clock-steps.ts';
import { processFaults } from './faults.ts';
import { killed } from './killed.ts';

const KILLS = 150;
/** Of each of the other faults. */
const ROUNDS = 25;
const SEED = 20_261_123;
const PATIENCE_MS = 600_000;

test.each([SEED, SEED + 1])(`a program on a real disk that is killed ${KILLS} times loses nothing that was acknowledged, and counts nothing twice (seed %i)`, async (seed) => {
  const { problems, rounds, counts, events, again } = await killed(seed, KILLS, () => {});
  expect(problems).toEqual([]);
  expect(rounds).toBe(KILLS);
  expect({ events: events > 10 * KILLS, again: again > 0, early: (counts['early'] as number) > 0 }).toEqual({ events: true, again: true, early: true });
}, PATIENCE_MS);

const isAbsent: Readonly<Record<string, () => boolean>> = {
  full: () => spawnSync('prlimit', ['--version']).status !== 0,
  read: () => spawnSync('strace', ['-V']).status !== 0,
  sync: () => spawnSync('strace', ['-V']).status !== 0,
  clock: () => faketime() === undefined,
};

test.for(Object.keys(processFaults).filter((name) => name !== 'kill'))(`and as little where the fault is '%s', ${ROUNDS} times`, { timeout: PATIENCE_MS }, async (name, { skip }) => {
  // Only where the machine lacks one of them; CI has them.
  if (process.env['CI'] !== 'true' && isAbsent[name]?.() === true) skip(`the tool for the fault '${name}' is not installed`);
  const { problems, rounds, events } = await (processFaults[name] as (typeof processFaults)[string]).fault(SEED, ROUNDS, () => {});
  expect(problems).toEqual([]);
  expect(rounds).toBe(ROUNDS);
  expect(events).toBeGreaterThan(ROUNDS);
});
