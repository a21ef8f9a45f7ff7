import { spawn } from 'node:child_process';

export type Command = { readonly what: string; readonly program: string; readonly args: readonly string[]; readonly temporary: string };

/** Runs a command to its end; rejects with the last of what it said where it fails, or where the signal ends it. */
export type RunCommand = (command: Command, signal: AbortSignal) => Promise<void>;

/** How much of what it said a failure repeats, in characters. */
const tailLength = 1_000;

export const runCommand: RunCommand = async ({ program, args, temporary }, signal) => {
  // What is half fetched lies under our folder too, so that its growth is seen and it is removed with it.
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TMPDIR: temporary }, signal, killSignal: 'SIGKILL' });
  let said = '';
  for (const output of [child.stdout, child.stderr]) output.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-tailLength)));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, ended) => (code === 0 ? resolve() : reject(new Error(`it ended with ${ended ?? `code ${code}`}: ${said.trim()}`))));
  });
};
