import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface Order {
  /** How often each property is tried; on real disks, and where a property says so, a fixed part of it. */
  readonly runs: number;
  /** None given: that of the record there is, or drawn. */
  readonly seed: number | undefined;
  /** Only the properties of files whose name, or folder, has this in it. */
  readonly only: string | undefined;
  readonly json: boolean;
  /** The file in which what they came to is kept, and found again. */
  readonly record: string | undefined;
}

export class UsageError extends Error {}

export const usage: string = 'usage: npm run properties -- --runs N [--seed S] [--only NAME] [--record FILE] [--json]';

const RUNS_MAX = 10_000_000;
export const SEED_MAX: number = 2 ** 31 - 1;

export function parseOrder(argv: readonly string[]): Order {
  const values = understood(argv);
  return {
    runs: wholeNumber('--runs', values.runs, 1, RUNS_MAX),
    seed: values.seed === undefined ? undefined : wholeNumber('--seed', values.seed, 0, SEED_MAX),
    only: values.only,
    json: values.json ?? false,
    record: values.record,
  };
}

function understood(argv: readonly string[]) {
  try {
    const options = { runs: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' }, json: { type: 'boolean' }, record: { type: 'string' } } as const;
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function wholeNumber(option: string, text: string | undefined, min: number, max: number): number {
  const value = text !== undefined && /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`expected ${option} with a whole number from ${min} to ${max}, got ${text === undefined ? 'nothing' : `"${text}"`}`);
}
