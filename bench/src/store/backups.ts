import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const lookEveryMs = 20;
const commandLine = fileURLToPath(new URL('../../../packages/millrace/src/cli/main.ts', import.meta.url));

/**
 * Backs a store up, again and again, while `work` goes on: with `millrace backup`, on whatever core is free.
 * The last one is still under way when the work is over, and is not counted.
 */
export async function meanwhileBackups<T>(store: string, to: string, signal: AbortSignal, work: () => Promise<T>): Promise<{ readonly result: T; readonly finished: number }> {
  await mkdir(to, { recursive: true });
  let isOver = false;
  let finished = 0;
  const backups = async (): Promise<void> => {
    while (!existsSync(join(store, 'data.mdb')) && !isOver) await sleep(lookEveryMs);
    while (!isOver) {
      const copy = join(to, `${finished}`);
      await backup(store, copy, signal);
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

async function backup(store: string, to: string, signal: AbortSignal): Promise<void> {
  const args = ['--conditions=source', '--disable-warning=ExperimentalWarning', commandLine, 'backup', store, to];
  const [code] = await once(spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'], signal }), 'close') as [number | null];
  if (code !== 0) throw new Error(`expected a backup, came exit code ${code}`);
}
