import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, said, seedOf, wholeNumber } from '../../../../packages/millrace/proofs/shared/order.ts';
import { Progress } from '../../../../packages/millrace/proofs/shared/progress.ts';
import { writeRecord } from '../../../../packages/millrace/proofs/shared/record.ts';
import { judged } from './judged.ts';
import { killRounds } from './rounds.ts';

/*
 * npm run gateway-kill: Emily, gateway and meter in one process, and its replicas are killed under load. Nothing is billed
 * twice, what finished is billed in full, and of a stream that died with its gateway all but its last moment.
 */

const usage = 'npm run gateway-kill -- [--rounds N] [--seed S] [--record FILE] [--json]';
const ROUNDS = '200';
const ROUNDS_MAX = 100_000;

await command('gateway-kill', usage, async (argv) => {
  const text = { type: 'string' } as const;
  const order = said(argv, { rounds: { ...text, default: ROUNDS }, seed: text, record: text, json: { type: 'boolean', default: false } });
  const rounds = wholeNumber('--rounds', order.rounds, 1, ROUNDS_MAX);
  const seed = seedOf(order.seed);
  const folder = mkdtempSync(join(tmpdir(), 'emily-gateway-kill-'));
  try {
    const progress = new Progress('rounds');
    const { kills, lives, books, gap } = await killRounds({ folder, rounds, seed, at: (round) => progress.at(round, rounds) });
    const seconds = progress.end();
    const { problems, figures } = judged(lives, books);
    const all = [...gap.problems, ...problems];
    for (const problem of all) process.stderr.write(`${problem}\n`);
    const closing = { rounds, kills, looksIntoTheGap: gap.looks, ...figures, seed, seconds, violations: all.length };
    if (order.record !== undefined) writeRecord(order.record, closing);
    console.log(order.json ? JSON.stringify(closing) : Object.entries(closing).map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join('\n'));
    return all.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
