import { command, said, seedOf, wholeNumber } from '../shared/order.ts';
import { rivalled, rotten } from './rot-and-rivals.ts';

/* As `npm run sim -- --hunt --json`, for what rot-and-rivals.ts tries: up to the first seed by which something is wrong. */

const RUNS_MAX = 10_000_000;

await command('disturb', 'disturb --runs N [--seed S]', async (argv) => {
  const text = { type: 'string' } as const;
  const order = said(argv, { runs: { ...text, default: '200' }, seed: text, hunt: { type: 'boolean' }, json: { type: 'boolean' } });
  const [runs, first] = [wholeNumber('--runs', order.runs, 1, RUNS_MAX), seedOf(order.seed)];
  const violated: number[] = [];
  let done = 0;
  for (; done < runs && violated.length === 0; done += 1) {
    const problem = rotten(first + done) ?? rivalled(first + done);
    if (problem === undefined) continue;
    violated.push(first + done);
    process.stderr.write(`seed ${first + done}: ${problem}\n`);
  }
  console.log(JSON.stringify({ runs: done, violated }));
  return violated.length > 0 ? 1 : 0;
});
