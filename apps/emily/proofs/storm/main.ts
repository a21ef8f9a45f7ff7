import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, said, seedOf, wholeNumber } from '../../../../packages/millrace/proofs/shared/order.ts';
import { Progress } from '../../../../packages/millrace/proofs/shared/progress.ts';
import { writeRecord } from '../../../../packages/millrace/proofs/shared/record.ts';
import { judged } from './judged.ts';
import { storm } from './storm.ts';

/*
 * npm run storm: stock clients that try again, behind a proxy that loses answers. Every call is billed once, and what
 * is billed, voided and free is what the replicas counted, to the token.
 */

const usage = 'npm run storm -- [--calls N] [--seed S] [--record FILE] [--json]';
const CALLS = '1000';
const CALLS_MAX = 1_000_000;

await command('storm', usage, async (argv) => {
  const text = { type: 'string' } as const;
  const order = said(argv, { calls: { ...text, default: CALLS }, seed: text, record: text, json: { type: 'boolean', default: false } });
  const calls = wholeNumber('--calls', order.calls, 1, CALLS_MAX);
  const seed = seedOf(order.seed);
  const folder = mkdtempSync(join(tmpdir(), 'emily-storm-'));
  try {
    const progress = new Progress('calls');
    const stormed = await storm({ folder, calls, seed, at: (done) => progress.at(done, calls) });
    const seconds = progress.end();
    const { problems, account } = judged(stormed);
    for (const problem of [...stormed.unanswered, ...problems]) process.stderr.write(`${problem}\n`);
    const made = stormed.books.facts.filter(({ kind }) => kind === 'admitted').length;
    const closing = { calls, attempts: stormed.fates, made, ...account, seed, seconds, violations: problems.length };
    if (order.record !== undefined) writeRecord(order.record, closing);
    console.log(order.json ? JSON.stringify(closing) : Object.entries(closing).map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join('\n'));
    return problems.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
