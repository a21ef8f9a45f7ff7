import { type ChildProcess, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Rounds, afflicted, endOf, patiently } from './round.ts';

/** How long there is room, and how long there is none, in ms. */
const ROOM_MS_MAX = 50;
const FULL_MS_MAX = 1_500;
const KILLED_ONE_IN = 10;
/** A signal would end who writes beyond the limit: ignored it is an error, as it is on a disk without room. */
const THROUGH = ['/bin/sh', '-c', `trap '' XFSZ; exec "$@"`, 'sh'];

/**
 * A disk on which no file takes another byte for a while, neither that of the store nor those of sinks.
 *
 * The process takes nothing meanwhile, and goes on by itself; or it is killed there, and the next one goes on. Where
 * the root of a commit is what cannot be written LMDB does nothing more, and the process ends with that reason; and
 * what LMDB does about a write that fails may end it too, which a disk that says how much is free does not come to.
 */
export async function fullDisk(seed: number, rounds: number, told: (done: number) => void): Promise<Rounds> {
  return afflicted(seed, async (client, chance) => {
    let [done, kills, broken] = [0, 0, 0];
    const fill = async (child: ChildProcess): Promise<void> => {
      while (!isGone(child)) {
        await sleep(chance.between(1, ROOM_MS_MAX));
        limit(child, '0');
        await sleep(chance.between(1, FULL_MS_MAX));
        if (isGone(child)) return;
        told((done += 1));
        if (done === rounds || chance.oneIn(KILLED_ONE_IN)) {
          kills += 1;
          child.kill('SIGKILL');
          return;
        }
        limit(child, 'unlimited');
        await client.progress();
      }
    };
    while (done < rounds) {
      const ended = await patiently(client, { through: THROUGH, up: (child) => void fill(child) });
      if (ended.signal === 'SIGKILL') continue;
      broken += 1;
      const isNamed = ended.code === 1 && ended.stderr.includes('STORE_NOT_WRITABLE');
      if (!isNamed && ended.signal !== 'SIGABRT' && ended.signal !== 'SIGSEGV') return { rounds: done, counts: { kills, ended: broken }, problems: [endOf(ended)] };
    }
    return { rounds: done, counts: { kills, ended: broken }, problems: broken === rounds ? ['no process went on'] : [] };
  });
}

const isGone = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** How large the files of a process may become, in bytes. */
function limit(child: ChildProcess, bytes: string): void {
  if (!isGone(child)) spawnSync('prlimit', ['--pid', String(child.pid), `--fsize=${bytes}:`]);
}
