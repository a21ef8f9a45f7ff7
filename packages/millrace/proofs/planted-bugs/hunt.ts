import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Bug } from './bugs.ts';

/** What became of a mistake. */
export interface Hunted {
  readonly caught: boolean;
  /** How many runs there were, and the seed of the last. */
  readonly runs: number;
  readonly seed: number;
  /** What was wrong, or why nothing was. */
  readonly problem: string;
}

/** The most that a run says, in bytes. */
const OUTPUT_MAX = 2 ** 26;

/** Copies a package, makes a mistake in the copy, and lets its simulator run, or who else is to find it. */
export async function hunted({ name, file, of, put, by }: Bug, folder: string, seed: number, runs: number): Promise<Hunted> {
  // Below the repository, where the modules are that it imports.
  const caches = resolve(folder, '../../.cache');
  mkdirSync(caches, { recursive: true });
  const copy = mkdtempSync(join(caches, 'planted-'));
  try {
    for (const part of ['src', 'proofs', 'package.json']) cpSync(join(folder, part), join(copy, part), { recursive: true });
    const path = join(copy, 'src', file);
    const text = readFileSync(path, 'utf8');
    const places = text.split(of).length - 1;
    if (places !== 1) throw new Error(`'${name}': expected its text once in ${file}, found it ${places} times; the list has to follow the code`);
    writeFileSync(path, text.replace(of, () => put));
    return await searched(join(copy, 'proofs', by === undefined ? 'sim/main.ts' : 'planted-bugs/disturb.ts'), seed, runs);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function searched(program: string, seed: number, runs: number): Promise<Hunted> {
  const args = ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning', program, '--hunt', '--json', '--runs', String(runs), '--seed', String(seed)];
  return new Promise((resolved, rejected) => {
    execFile(process.execPath, args, { maxBuffer: OUTPUT_MAX }, (error, stdout, stderr) => {
      const line = stdout.trim().split('\n').at(-1) ?? '';
      // A program that cannot even be simulated any more has been caught, too.
      if (!line.startsWith('{')) return error === null ? rejected(new Error(`it said nothing: ${stderr}`)) : resolved({ caught: true, runs: 1, seed, problem: lastLine(stderr) });
      const { runs: done, violated } = JSON.parse(line) as { runs: number; violated: readonly number[] };
      const [first] = violated;
      resolved({ caught: first !== undefined, runs: done, seed: first ?? seed + done - 1, problem: first === undefined ? 'nothing was wrong' : (/^seed \d+: (.*)$/m.exec(stderr)?.[1] ?? '') });
    });
  });
}

const lastLine = (text: string): string => text.split('\n').find((line) => line.includes('Error')) ?? text.slice(0, 200);
