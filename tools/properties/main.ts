import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { startVitest } from 'vitest/node';
import { SEED_MAX, UsageError, parseOrder, usage } from './arguments.ts';
import { PropertyReporter } from './reporter.ts';
import { byOperator, closingLine, jsonLine, table } from './tally.ts';

/*
 * npm run properties -- --runs N: every property of the engine, and the random pipelines, N times each.
 *
 * It runs the property tests that there are, with more runs and one seed. Progress goes to standard error;
 * the table, or one line of JSON, and the closing line to standard output.
 * Exit codes: 0 nothing was violated; 1 something was, or a file did not load; 2 not understood.
 */

const root = resolve(import.meta.dirname, '../..');

async function main(argv: readonly string[]): Promise<number> {
  const order = parseOrder(argv, randomInt(SEED_MAX));
  const { runs, seed, only, json } = order;
  const reporter = new PropertyReporter();
  const begun = performance.now();
  const vitest = await startVitest('test', [], {
    root,
    config: resolve(root, 'vitest.config.ts'),
    watch: false,
    include: [`packages/millrace/src/**/${only === undefined ? '' : `*${only}*`}*.property.test.ts`, ...(only === undefined ? [] : [`packages/millrace/src/**/*${only}*/**/*.property.test.ts`])],
    typecheck: { enabled: false },
    setupFiles: [resolve(import.meta.dirname, 'setup.ts')],
    env: { MILLRACE_RUNS: String(runs), MILLRACE_SEED: String(seed) },
    // A property of ten thousand runs takes as long as it takes.
    testTimeout: 0,
    hookTimeout: 0,
    reporters: [reporter],
    passWithNoTests: true,
  });
  await vitest.close();
  const lines = byOperator(reporter.properties);
  if (lines.length === 0 && reporter.errors === 0) throw new UsageError(`expected --only with a part of a property file's name, got "${only}"`);
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.log(json ? jsonLine(lines, { runs, seed }) : table(lines));
  process.stderr.write(`${seconds} s; again: npm run properties -- --runs ${runs} --seed ${seed}${only === undefined ? '' : ` --only ${only}`}\n`);
  if (!json) console.log(closingLine(lines, seed));
  return reporter.errors > 0 || lines.some(({ violations }) => violations > 0) ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`properties: ${(error as Error).message}`);
  if (error instanceof UsageError) console.error(usage);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
