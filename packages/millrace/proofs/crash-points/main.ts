import { command, said, seedOf, wholeNumber } from '../shared/order.ts';
import { Progress } from '../shared/progress.ts';
import { writeRecord } from '../shared/record.ts';
import { SCENARIOS, crashPoints } from './everything.ts';
import { crashedEverywhere } from './points.ts';
import { randomScenario } from './random-program.ts';
import { storeSites } from './sites.ts';

/*
 * npm run crash-points: a process dies at every operation of its store, once, and again in its recovery.
 *
 * The operations are those of the simulated store: every read, every write, the moment before a transaction is durable
 * and the one after it. Whatever a program comes to undisturbed, it has to come to all the same.
 */

const usage = 'npm run crash-points -- [--points N] [--seed S] [--record FILE] [--json]';
const POINTS = '100000';
const POINTS_MAX = 1_000_000_000;
/** Random programs in which every place in the code is looked for that reads or writes a store. */
const LOOKED_THROUGH = 4;

await command('crash-points', usage, async (argv) => {
  const text = { type: 'string' } as const;
  const order = said(argv, { points: { ...text, default: POINTS }, seed: text, record: text, json: { type: 'boolean', default: false } });
  const most = wholeNumber('--points', order.points, 1, POINTS_MAX);
  const seed = seedOf(order.seed);
  const progress = new Progress('points');
  const sites = new Set<string>();
  const problems: string[] = [];
  let points = 0;
  for (const scenario of [...SCENARIOS, ...Array.from({ length: LOOKED_THROUGH }, (_, i) => randomScenario(seed + i))]) {
    const one = await crashedEverywhere(scenario, sites);
    points += one.points;
    problems.push(...one.problems);
  }
  const missed = storeSites().filter((site) => !sites.has(site));
  for (const site of missed) problems.push(`nothing crashed at ${site}`);
  const more = await crashPoints(most - points, seed + LOOKED_THROUGH, 1, (done) => progress.at(points + done, most));
  points += more.points;
  problems.push(...more.problems);
  const seconds = progress.end();
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  const closing = { points, programs: more.programs + LOOKED_THROUGH, seed, sites: storeSites().length, sitesMissed: missed.length, seconds, violations: problems.length };
  if (order.record !== undefined) writeRecord(order.record, closing);
  console.log(order.json ? JSON.stringify(closing) : `${points} crash points in ${closing.programs} programs, seed ${seed}, ${closing.sites - missed.length} of ${closing.sites} places in the code, violations: ${problems.length}`);
  return problems.length > 0 ? 1 : 0;
});
