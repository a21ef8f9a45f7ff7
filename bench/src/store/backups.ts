import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nodeEnvironment } from '../start-node.ts';

const lookEveryMs = 20;
const commandLine = fileURLToPath(new URL('../../../packages/millrace/src/cli/main.ts', import.meta.url));

/** Where something runs beside what is measured, and what ends it. */
export type Aside = { readonly cores: readonly number[]; readonly signal: AbortSignal };

/**
 * Backs a store up, again and again, while `work` goes on: with `millrace backup`, on one of these cores; none: on any.
 * The last one is still under way when the work is over, and is not counted.
 */
export async function meanwhileBackups<T>(store: string, to: string, { cores, signal }: Aside, work: () => Promise<T>): Promise<{ readonly result: T; readonly finished: number }> {
  await mkdir(to, { recursive: true });
  let isOver = false;
  let finished = 0;
  const backups = async (): Promise<void> => {
    while (!existsSync(join(store, 'data.mdb')) && !isOver) await sleep(lookEveryMs);
    while (!isOver) {
      const copy = join(to, `${finished}`);
      await backup(store, copy, { cores, signal });
      if (!isOver) finished += 1;
      await rm(copy, { recursive: true, force: true });
    }
  };
  const working = work().finally(() => {
    isOver = true;
  });
  const [result] = await Promise.all([working, backups()]);
  return { result, finished };
}

async function backup(store: string, to: string, { cores, signal }: Aside): Promise<void> {
  const node = [process.execPath, '--conditions=millrace-source', '--disable-warning=ExperimentalWarning', commandLine, 'backup', store, to];
  const [file, ...args] = (cores.length === 0 ? node : ['taskset', '-c', cores.join(','), ...node]) as [string, ...string[]];
  // As a package is installed, so that it is not the compiler that is measured.
  const [code] = await once(spawn(file, args, { stdio: ['ignore', 'ignore', 'inherit'], signal, env: nodeEnvironment() }), 'close') as [number | null];
  if (code !== 0) throw new Error(`expected a backup, came exit code ${code}`);
}
