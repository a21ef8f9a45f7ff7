import type { ChildProcess } from 'node:child_process';
import { type Rounds, afflicted, endOf, patiently } from './round.ts';

/** One process of so many is killed at any moment from its start on, perhaps before it is up; the others when they are. */
const EARLY_ONE_IN = 5;
/** How long such a one lives at most, and the others from when they are up, in ms. */
const START_MS_MAX = 500;
const LIFE_MS_MAX = 150;

/**
 * A program on a real disk, killed again and again while events are appended.
 *
 * What was acknowledged must be there, and everything exactly once: what is not acknowledged is sent again.
 */
export async function killed(seed: number, rounds: number, told: (done: number) => void): Promise<Rounds> {
  return afflicted(seed, async (client, chance) => {
    let early = 0;
    for (let round = 0; round < rounds; round += 1) {
      const isEarly = chance.oneIn(EARLY_ONE_IN);
      let timer: NodeJS.Timeout | undefined;
      const within = (child: ChildProcess, ms: number): void => {
        clearTimeout(timer);
        timer = setTimeout(() => void child.kill('SIGKILL'), chance.between(1, ms));
      };
      const ended = await patiently(client, {
        started: (child) => isEarly && within(child, START_MS_MAX),
        up: (child) => within(child, LIFE_MS_MAX),
      });
      clearTimeout(timer);
      if (ended.signal !== 'SIGKILL') return { rounds: round, counts: { early }, problems: [endOf(ended)] };
      if (!ended.isUp) early += 1;
      told(round + 1);
    }
    return { rounds, counts: { early }, problems: [] };
  });
}
