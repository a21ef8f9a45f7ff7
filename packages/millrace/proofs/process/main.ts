import { UsageError, command, said, seedOf, wholeNumber } from '../shared/order.ts';
import { Progress } from '../shared/progress.ts';
import { writeRecord } from '../shared/record.ts';
import { processFaults } from './faults.ts';

/*
 * npm run kill: a program on a real disk that is killed with SIGKILL again and again while events are appended, or
 * to which something else is done. What was acknowledged is there, and everything exactly once.
 */

const usage = `npm run kill -- [--fault ${Object.keys(processFaults).join('|')}] [--rounds N] [--seed S] [--record FILE] [--json]`;
const ROUNDS = '300';
const ROUNDS_MAX = 10_000_000;

await command('kill', usage, async (argv) => {
  const text = { type: 'string' } as const;
  const order = said(argv, { fault: { ...text, default: 'kill' }, rounds: { ...text, default: ROUNDS }, seed: text, record: text, json: { type: 'boolean', default: false } });
  const rounds = wholeNumber('--rounds', order.rounds, 1, ROUNDS_MAX);
  const seed = seedOf(order.seed);
  const known = Object.hasOwn(processFaults, order.fault) ? processFaults[order.fault] : undefined;
  if (known === undefined) throw new UsageError(`expected --fault with one of ${Object.keys(processFaults).join(', ')}, got "${order.fault}"`);
  const progress = new Progress('rounds');
  let [done, events, again] = [0, 0, 0];
  const counts: Record<string, number> = {};
  const problems: string[] = [];
  for (let store = 0; done < rounds && problems.length === 0; store += 1) {
    const before = done;
    const one = await known.fault(seed + store, Math.min(known.aStore, rounds - done), (now) => progress.at(before + Math.max(1, now), rounds));
    done += one.rounds;
    events += one.events;
    again += one.again;
    for (const [name, count] of Object.entries(one.counts)) counts[name] = (counts[name] ?? 0) + count;
    problems.push(...one.problems);
  }
  const seconds = progress.end();
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  const closing = { fault: order.fault, rounds: done, ...counts, events, again, seed, seconds, violations: problems.length };
  if (order.record !== undefined) writeRecord(order.record, closing);
  const more = Object.entries(counts).map(([name, count]) => `${count} ${name}, `);
  console.log(order.json ? JSON.stringify(closing) : `${order.fault}: ${done} rounds, ${more.join('')}${events} events, ${again} sent again, seed ${seed}, violations: ${problems.length}`);
  return problems.length > 0 ? 1 : 0;
});
