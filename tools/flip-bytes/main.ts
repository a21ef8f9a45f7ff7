import { randomInt } from 'node:crypto';
import { SEED_MAX, UsageError, parseOrder, usage } from './arguments.ts';
import { flipBytes } from './run.ts';

/*
 * npm run flip-bytes -- --seed S --flips N: damages copies of a store that has every kind of block, in every class
 * of bytes of every file in turn, and has each opened by the engine and by fsck, in processes of their own. Each
 * damage has to be named by both, or to change nothing.
 *
 * Violations go to standard error as they come; the table, or one line of JSON, and the closing line to standard
 * output. Exit codes: 0 no violation; 1 a violation; 2 not understood.
 */
async function main(argv: readonly string[]): Promise<number> {
  const { flips, seed = randomInt(SEED_MAX), json } = parseOrder(argv);
  const { tally, classes } = await flipBytes({ seed, flips }, (line) => process.stderr.write(`${line}\n`));
  const { violations } = tally;
  if (!json) process.stdout.write(tally.table());
  console.log(json ? JSON.stringify({ command: 'flip-bytes', seed, flips, classes, outcomes: tally.facts(), violations }) : `flips: ${flips}, classes: ${classes}, seed: ${seed}, violations: ${violations}`);
  return violations > 0 ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`flip-bytes: ${(error as Error).message}`);
  if (error instanceof UsageError) console.error(usage);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
