import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface Order {
  /** How many damages are tried. */
  readonly flips: number;
  /** None given: drawn. */
  readonly seed: number | undefined;
  readonly json: boolean;
}

export class UsageError extends Error {}

export const usage: string = 'usage: npm run flip-bytes [-- --seed S --flips N --json]';

const FLIPS = 400;
const FLIPS_MAX = 10_000_000;
export const SEED_MAX: number = 2 ** 31 - 1;

export function parseOrder(argv: readonly string[]): Order {
  const values = understood(argv);
  return {
    flips: values.flips === undefined ? FLIPS : wholeNumber('--flips', values.flips, 1, FLIPS_MAX),
    seed: values.seed === undefined ? undefined : wholeNumber('--seed', values.seed, 0, SEED_MAX),
    json: values.json ?? false,
  };
}

function understood(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: { flips: { type: 'string' }, seed: { type: 'string' }, json: { type: 'boolean' } } }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`expected ${option} with a whole number from ${min} to ${max}, got "${text}"`);
}
