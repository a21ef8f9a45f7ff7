import { resolve } from 'node:path';
import { command, said, seedOf, wholeNumber } from '../shared/order.ts';
import { writeRecord } from '../shared/record.ts';
import { BUGS } from './bugs.ts';
import { hunted } from './hunt.ts';

/*
 * npm run planted-bugs: does the simulator find what is wrong?
 *
 * For each mistake of a list the engine is copied, the mistake is made in the copy, and the simulator runs there until
 * it finds it; rot-and-rivals.ts where it is about damage or about who has the store. A mistake that is not found in so
 * many runs is a violation: of the simulator.
 */

const usage = 'npm run planted-bugs -- [--runs N] [--seed S] [--only TEXT] [--record FILE] [--json]';
const RUNS = '5000';
const RUNS_MAX = 10_000_000;

await command('planted-bugs', usage, async (argv) => {
  const text = { type: 'string' } as const;
  const order = said(argv, { runs: { ...text, default: RUNS }, seed: text, only: text, record: text, json: { type: 'boolean', default: false } });
  const runs = wholeNumber('--runs', order.runs, 1, RUNS_MAX);
  const seed = seedOf(order.seed);
  const bugs = BUGS.filter(({ name }) => name.includes(order.only ?? ''));
  const found = [];
  for (const bug of bugs) {
    const what = await hunted(bug, resolve(import.meta.dirname, '../..'), seed, runs);
    found.push({ bug: bug.name, ...what });
    const told = what.caught ? `caught by seed ${what.seed}, behind ${what.runs} runs` : `NOT CAUGHT in ${what.runs} runs`;
    process.stderr.write(`${bug.name}: ${told}\n  ${what.problem}\n`);
  }
  const violations = found.filter(({ caught }) => !caught).length;
  const closing = { bugs: found.length, seed, runsMax: runs, found, violations };
  if (order.record !== undefined) writeRecord(order.record, closing);
  console.log(order.json ? JSON.stringify(closing) : `${found.length} planted bugs, ${found.length - violations} caught, seed ${seed}, violations: ${violations}`);
  return violations > 0 ? 1 : 0;
});
