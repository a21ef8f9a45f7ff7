import { existsSync, globSync, renameSync, writeFileSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Rounds, afflicted, endOf, patiently } from './round.ts';

const LIBRARY = '/usr/lib/*/faketime/libfaketime.so.1';
/** How far the clock is set at most, in s, forward or back; and how long it is left then, in ms. */
const STEP_S_MAX = 2 * 365 * 86_400;
const LEFT_MS_MAX = 20;
const KILLED_ONE_IN = 20;
/** A process that is so near has the time that was set. */
const NEAR_MS = 60_000;

/** Undefined: the machine has no faketime. */
export const faketime = (): string | undefined => globSync(LIBRARY).find((path) => existsSync(path));

/**
 * A wall clock that is set, by up to two years, forward and back, while the program runs and while it does not.
 *
 * What happened when is in the events: what is counted does not change, and the program goes on.
 */
export async function clockSteps(seed: number, rounds: number, told: (done: number) => void): Promise<Rounds> {
  const library = faketime();
  if (library === undefined) throw new Error(`expected faketime on this machine, at ${LIBRARY}: apt-get install faketime`);
  return afflicted(seed, async (client, chance) => {
    const clock = join(client.folder, 'clock');
    const set = (seconds: number): void => {
      writeFileSync(`${clock}.new`, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}s\n`);
      renameSync(`${clock}.new`, clock);
    };
    set(0);
    const env = { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' };
    let [done, kills] = [0, 0];
    const problems: string[] = [];
    const step = async (child: ChildProcess): Promise<void> => {
      while (done < rounds) {
        const by = chance.between(-STEP_S_MAX, STEP_S_MAX);
        set(by);
        await sleep(chance.between(1, LEFT_MS_MAX));
        // What was on its way may be older than the step.
        for (let i = 0; i < 2; i += 1) await client.progress();
        if (!(Math.abs(client.clock - Date.now() - by * 1000) < NEAR_MS)) problems.push(`the clock was set by ${by} s and says ${client.clock}`);
        told((done += 1));
        if (done < rounds && problems.length === 0 && !chance.oneIn(KILLED_ONE_IN)) continue;
        kills += 1;
        child.kill('SIGKILL');
        return;
      }
    };
    while (done < rounds && problems.length === 0) {
      const ended = await patiently(client, { env, up: (child) => void step(child) });
      if (ended.signal !== 'SIGKILL') problems.push(endOf(ended));
    }
    return { rounds: done, counts: { kills }, problems };
  });
}
