import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from '../../src/testing/simulate/chance.ts';
import type { Client } from './client.ts';
import { NODE, compiledEnv } from './node.ts';
import { type Rounds, afflicted, endOf, patiently } from './round.ts';

/** How long a reader takes, more than without, between LMDB's look at which commit is the last and its telling all others, in µs. */
const SLOW_US = 4_000;
/** One of so many readers is killed, one is stopped; after so long at most, and for so long, in ms. */
const KILLED_ONE_IN = 5;
const STOPPED_ONE_IN = 3;
const READ_MS_MAX = 60;
const STILL_MS_MAX = 50;
/** After one of so many the program is killed too. */
const PROGRAM_KILLED_ONE_IN = 10;

/**
 * A program whose store is opened and read by another process all the time, which is stopped or killed while it does.
 *
 * What it reads is whole, and what is committed meanwhile stays.
 */
export async function readers(seed: number, rounds: number, told: (done: number) => void): Promise<Rounds> {
  return afflicted(seed, async (client, chance) => {
    let [done, kills, stops, killedReaders] = [0, 0, 0, 0];
    const problems: string[] = [];
    const readAndKill = async (child: ChildProcess): Promise<void> => {
      while (done < rounds && problems.length === 0) {
        const read = await readBy(client, chance);
        stops += read.isStopped ? 1 : 0;
        killedReaders += read.isKilled ? 1 : 0;
        problems.push(...read.problems);
        await client.progress();
        told((done += 1));
        if (done === rounds || chance.oneIn(PROGRAM_KILLED_ONE_IN)) break;
      }
      kills += 1;
      child.kill('SIGKILL');
    };
    while (done < rounds && problems.length === 0) {
      const ended = await patiently(client, { up: (child) => void readAndKill(child) });
      if (ended.signal !== 'SIGKILL') problems.push(endOf(ended));
    }
    return { rounds: done, counts: { kills, 'readers stopped': stops, 'readers killed': killedReaders }, problems };
  });
}

interface Read {
  readonly isStopped: boolean;
  readonly isKilled: boolean;
  readonly problems: readonly string[];
}

/** A process that reads the store, to its end. */
async function readBy({ folder }: Client, chance: Chance): Promise<Read> {
  const store = join(folder, 'store');
  const slowly = ['-f', '-qq', '-o', '/dev/null', '-P', join(store, 'data.mdb'), '-e', 'trace=mmap', '-e', `inject=mmap:delay_enter=${SLOW_US}`];
  const reader = spawn('strace', [...slowly, process.execPath, ...NODE, join(import.meta.dirname, 'reader.ts'), store], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: compiledEnv() });
  let stderr = '';
  reader.stderr?.on('data', (data: Buffer) => void (stderr += data.toString()));
  const closed = once(reader, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const isStopped = chance.oneIn(STOPPED_ONE_IN);
  const isKilled = chance.oneIn(KILLED_ONE_IN);
  const [afterMs, stillMs] = [chance.between(1, READ_MS_MAX), chance.between(1, STILL_MS_MAX)];
  const pid = (await Promise.race([once(reader, 'message').then(([message]) => message as number), closed.then(() => undefined)])) ?? 0;
  if (isStopped || isKilled) await sleep(afterMs);
  if (isStopped) {
    signalled(pid, 'SIGSTOP');
    await sleep(stillMs);
    signalled(pid, 'SIGCONT');
  }
  if (isKilled) signalled(pid, 'SIGKILL');
  const [code, signal] = await closed;
  const isFine = code === 0 || (isKilled && signal === 'SIGKILL');
  return { isStopped, isKilled, problems: isFine ? [] : [`a reader ended with ${code ?? signal}: ${stderr.slice(0, 1_000)}`] };
}

/** It may have come to its end. */
function signalled(pid: number, signal: NodeJS.Signals): void {
  try {
    if (pid > 0) process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
