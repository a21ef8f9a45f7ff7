import { expect, test } from 'vitest';
import { killed } from './kill.ts';

const KILLS = 150;
const SEED = 20_261_123;
const PATIENCE_MS = 600_000;

test.each([SEED, SEED + 1])(`a program on a real disk that is killed ${KILLS} times loses nothing that was acknowledged, and counts nothing twice (seed %i)`, async (seed) => {
  const { problems, kills, events, again, early } = await killed(seed, KILLS, () => {});
  expect(problems).toEqual([]);
  expect(kills).toBe(KILLS);
  expect({ events: events > 10 * KILLS, again: again > 0, early: early > 0 }).toEqual({ events: true, again: true, early: true });
}, PATIENCE_MS);
