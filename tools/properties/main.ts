import { randomInt } from 'node:crypto';
import { relative, resolve } from 'node:path';
import { startVitest } from 'vitest/node';
import { kept } from './kept.ts';
import { SEED_MAX, UsageError, parseOrder, usage } from './arguments.ts';
import { PropertyReporter } from './reporter.ts';
import { byOperator, closingLine, jsonLine, table } from './tally.ts';

/*
 * npm run properties -- --runs N: every property of the engine, and the random pipelines, N times each.
 *
 * It runs the property tests that there are, with more runs and one seed. Progress goes to standard error;
 * the table, or one line of JSON, and the closing line to standard output. With `--record FILE` each file of
 * properties that is through is written down at once, and left out when the same is asked again.
 * Exit codes: 0 nothing was violated; 1 something was, or a file did not load; 2 not understood.
 */

const root = resolve(import.meta.dirname, '../..');

async function main(argv: readonly string[]): Promise<number> {
  const { only, json, record: path, ...order } = parseOrder(argv);
  const { runs } = order;
  const record = path === undefined ? undefined : kept(resolve(root, path), root, order, () => randomInt(SEED_MAX));
  const seed = record?.subject.seed ?? order.seed ?? randomInt(SEED_MAX);
  const reporter = new PropertyReporter((file, properties) => record?.add(relative(root, file), properties));
  const done = record?.done ?? [];
  if (done.length > 0) process.stderr.write(`${done.length} files are in the record already\n`);
  const begun = performance.now();
  const vitest = await startVitest('test', [], {
    root,
    config: resolve(root, 'vitest.config.ts'),
    watch: false,
    include: [`packages/millrace/src/**/${only === undefined ? '' : `*${only}*`}*.property.test.ts`, ...(only === undefined ? [] : [`packages/millrace/src/**/*${only}*/**/*.property.test.ts`])],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.cache/**', ...done],
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
  if (lines.length === 0 && reporter.errors === 0 && done.length === 0) throw new UsageError(`expected --only with a part of a property file's name, got "${only}"`);
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.log(json ? jsonLine(lines, { runs, seed }) : table(lines));
  process.stderr.write(`${seconds} s; again: npm run properties -- --runs ${runs} --seed ${seed}${only === undefined ? '' : ` --only ${only}`}${path === undefined ? '' : ` --record ${path}`}\n`);
  if (!json) console.log(closingLine(lines, seed));
  if (reporter.errors > 0) process.stderr.write(`${reporter.errors} errors beside the properties, see above: what they happened in is not in a record\n`);
  return reporter.errors > 0 || lines.some(({ violations }) => violations > 0) ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`properties: ${(error as Error).message}`);
  if (error instanceof UsageError) console.error(usage);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
