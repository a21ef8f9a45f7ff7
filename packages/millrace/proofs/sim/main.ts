import { command, said, seedOf, wholeNumber } from '../shared/order.ts';
import { Progress } from '../shared/progress.ts';
import { writeRecord } from '../shared/record.ts';
import { shownViolation, tableOf } from './report.ts';
import { simulateRandomPrograms } from './random-programs.ts';

/*
 * npm run sim -- --runs N [--seed S]: random programs in worlds in which everything goes wrong, N of them.
 *
 * Each seed is another program of two to six operators, with other events and other faults. What it comes to is
 * compared with the same input in one life, and with the batch. The same seed is the same run, to the last step.
 * With --hunt it stops at the first violation, and does not look for a smaller case.
 */

const usage = 'npm run sim -- --runs N [--seed S] [--hunt] [--record FILE] [--json]';
const RUNS_MAX = 100_000_000;

await command('sim', usage, async (argv) => {
  const options = { runs: { type: 'string', default: '200' }, seed: { type: 'string' }, record: { type: 'string' }, hunt: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } as const;
  const order = said(argv, options);
  const runs = wholeNumber('--runs', order.runs, 1, RUNS_MAX);
  const seed = seedOf(order.seed);
  const progress = new Progress('runs');
  const { violations, ...report } = await simulateRandomPrograms(seed, runs, (done) => progress.at(done, runs), order.hunt);
  const seconds = progress.end();
  for (const violation of violations) process.stderr.write(shownViolation(violation));
  const closing = { ...report, seconds, violations: violations.length, violated: violations.map((violation) => violation.seed) };
  if (order.record !== undefined) writeRecord(order.record, closing);
  if (order.json) console.log(JSON.stringify(closing));
  else {
    console.log(tableOf(report.faults));
    console.log(`${report.runs} runs, seed ${seed}, ${report.lives} lives, ${report.replayed} compared with one life, ${report.batched} with the batch, hash ${report.hash}, violations: ${violations.length}`);
  }
  return violations.length > 0 ? 1 : 0;
});
