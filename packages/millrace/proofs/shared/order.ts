import { randomInt } from 'node:crypto';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** A command that makes no sense. */
export class UsageError extends Error {}

const SEED_MAX = 2 ** 31 - 1;

/** What the command line says, by option; a RangeError of ours where it is not understood. */
export function said<O extends ParseArgsOptionsConfig>(argv: readonly string[], options: O): ReturnType<typeof parseArgs<{ options: O }>>['values'] {
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

export function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`expected ${option} with a whole number from ${min} to ${max}, got "${text}"`);
}

/** The seed that was asked for, or any. */
export const seedOf = (text: string | undefined): number => (text === undefined ? randomInt(SEED_MAX) : wholeNumber('--seed', text, 0, SEED_MAX));

/** Runs a command: exit code 0 nothing was violated, 1 something was, 2 not understood. */
export async function command(name: string, usage: string, main: (argv: readonly string[]) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${name}: ${error.message}\nusage: ${usage}`);
    process.exitCode = 2;
  }
}
