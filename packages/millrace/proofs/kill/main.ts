import { command, said, seedOf, wholeNumber } from '../shared/order.ts';
import { Progress } from '../shared/progress.ts';
import { writeRecord } from '../shared/record.ts';
import { killed } from './kill.ts';

/*
 * npm run kill: a program on a real disk, killed with SIGKILL again and again while events are appended. What was
 * acknowledged is there, and everything exactly once.
 */

const usage = 'npm run kill -- [--rounds N] [--seed S] [--record FILE] [--json]';
const ROUNDS = '300';
const ROUNDS_MAX = 10_000_000;
/** So many kills a store: what a store is made of grows. */
const A_STORE = 100;

await command('kill', usage, async (argv) => {
  const text = { type: 'string' } as const;
  const order = said(argv, { rounds: { ...text, default: ROUNDS }, seed: text, record: text, json: { type: 'boolean', default: false } });
  const rounds = wholeNumber('--rounds', order.rounds, 1, ROUNDS_MAX);
  const seed = seedOf(order.seed);
  const progress = new Progress('kills');
  let [kills, early, events, again] = [0, 0, 0, 0];
  const problems: string[] = [];
  for (let store = 0; kills < rounds && problems.length === 0; store += 1) {
    const before = kills;
    const one = await killed(seed + store, Math.min(A_STORE, rounds - kills), (done) => progress.at(before + Math.max(1, done), rounds));
    kills += one.kills;
    early += one.early;
    events += one.events;
    again += one.again;
    problems.push(...one.problems);
  }
  const seconds = progress.end();
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  const closing = { kills, early, events, again, seed, seconds, violations: problems.length };
  if (order.record !== undefined) writeRecord(order.record, closing);
  console.log(order.json ? JSON.stringify(closing) : `${kills} kills (${early} in recovery), ${events} events, ${again} sent again, seed ${seed}, violations: ${problems.length}`);
  return problems.length > 0 ? 1 : 0;
});
