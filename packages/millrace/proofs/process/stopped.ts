import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './client.ts';
import { NODE } from './node.ts';
import { type Rounds, afflicted, endOf, patiently } from './round.ts';

/** How long a process runs before it is stopped, and how long it stands still, in ms. */
const RUN_MS_MAX = 30;
const STILL_MS_MAX = 400;
/** While one of so many stands still, another process wants its store; one of so many is killed where it stands. */
const RIVAL_ONE_IN = 10;
const KILLED_ONE_IN = 10;

/**
 * A program whose process is stopped with SIGSTOP, and goes on later as if nothing had been.
 *
 * As long as it is there, nobody else gets its store; a process that takes the store over after a kill has all that
 * was acknowledged.
 */
export async function stopped(seed: number, rounds: number, told: (done: number) => void): Promise<Rounds> {
  return afflicted(seed, async (client, chance) => {
    let [done, rivals, kills] = [0, 0, 0];
    const problems: string[] = [];
    const stopAndGo = async (child: ChildProcess): Promise<void> => {
      while (done < rounds && problems.length === 0) {
        await sleep(chance.between(1, RUN_MS_MAX));
        child.kill('SIGSTOP');
        const rival = chance.oneIn(RIVAL_ONE_IN) ? refusedRival(client) : undefined;
        await sleep(chance.between(1, STILL_MS_MAX));
        told((done += 1));
        if (rival === undefined && (done === rounds || chance.oneIn(KILLED_ONE_IN))) {
          kills += 1;
          child.kill('SIGKILL');
          return;
        }
        child.kill('SIGCONT');
        if (rival !== undefined) {
          rivals += 1;
          problems.push(...(await rival));
        }
        if (problems.length === 0 && done < rounds) await client.progress();
        else child.kill('SIGKILL');
      }
    };
    while (done < rounds && problems.length === 0) {
      const ended = await patiently(client, { up: (child) => void stopAndGo(child) });
      if (ended.signal !== 'SIGKILL') problems.push(endOf(ended));
    }
    return { rounds: done, counts: { rivals, kills }, problems };
  });
}

/** Another process on the same store: what is wrong, unless it is refused. */
async function refusedRival({ folder }: Client): Promise<readonly string[]> {
  const rival = spawn(process.execPath, [...NODE, join(import.meta.dirname, 'child.ts'), folder], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, WEBHOOK: 'http://127.0.0.1:1/' } });
  let stderr = '';
  rival.stderr.on('data', (data: Buffer) => void (stderr += data.toString()));
  const [code] = (await once(rival, 'close')) as [number | null];
  return code !== 0 && stderr.includes('STORE_IN_USE') ? [] : [`a second process was not refused: it ended with ${code}: ${stderr.slice(0, 1_000)}`];
}
