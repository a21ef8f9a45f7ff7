import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { KeptLog } from './kept-log.ts';

export type Command = {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where it runs. */
  readonly folder: string;
};

export type KeptProcess = {
  /** Resolves with how it ended, when neither the command nor anything in its process group is left. */
  readonly gone: Promise<string>;
  /** Asks it to end, and has it killed when it does not in time. */
  stop(): void;
};

const lastWordsMsMax = 1_000;
const keeperProgram = fileURLToPath(new URL('./process-keeper.ts', import.meta.url));

/**
 * Runs a command under a keeper (process-keeper.ts): when this process is gone, however that ends, so is the
 * command. When the keeper itself is killed, this process ends what it kept.
 */
export function keptProcess(command: Command, log: KeptLog): KeptProcess {
  // In a group of its own: a kill -9 of all of ours must not reach it too.
  const keeper = spawn(process.execPath, [keeperProgram], { env: {}, detached: true, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
  for (const output of [keeper.stdout!, keeper.stderr!]) output.on('data', (bytes: Buffer) => log.write(bytes));
  const said: Said = {};
  createInterface({ input: keeper.stdio[3] as Readable }).on('line', (line) => void Object.assign(said, JSON.parse(line)));
  const gone = new Promise<string>((resolve) => {
    keeper.once('error', (error) => resolve(`could not be started: ${error.message}`));
    keeper.once('exit', (code, signal) => {
      const end = (): void => {
        if (said.gone === undefined && said.group !== undefined) killGroup(said.group);
        resolve(said.gone ?? `lost its keeper, which ended with ${signal ?? `code ${code}`}`);
      };
      // Its last words are still on their way. What has left the group may hold the pipe for as long as it likes.
      const timer = setTimeout(end, lastWordsMsMax);
      keeper.once('close', () => {
        clearTimeout(timer);
        end();
      });
    });
  });
  keeper.stdin!.on('error', () => {}); // It is gone already, and `gone` says so.
  keeper.stdin!.write(`${JSON.stringify(command)}\n`);
  return { gone, stop: () => void keeper.stdin!.end() };
}

type Said = { group?: number; gone?: string };

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
