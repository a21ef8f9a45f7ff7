import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError, command, said, seedOf, wholeNumber } from '../../../../packages/millrace/proofs/shared/order.ts';
import { Progress } from '../../../../packages/millrace/proofs/shared/progress.ts';
import { writeRecord } from '../../../../packages/millrace/proofs/shared/record.ts';
import { azureRows, totalsOf } from '../../test/recount.ts';
import { writeDemand } from './demand.ts';
import { judged } from './judged.ts';
import { soak } from './soak.ts';

/*
 * npm run soak: Emily under replayed demand, killed with SIGKILL about once a minute. The totals are exact, memory
 * and disk grow with what is kept and with nothing else, and at the end it ends by itself.
 */

const usage = 'npm run soak -- [--minutes N] [--per-second N] [--seed S] [--record FILE] [--json]';
const MINUTES = '120';
const MINUTES_MAX = 10_000;
const PER_SECOND = '20';
const PER_SECOND_MAX = 1_000;
/** The last tenth of the demand is one life, which may get old. */
const KILLS_UNTIL_SHARE = 0.9;

await command('soak', usage, async (argv) => {
  const text = { type: 'string' } as const;
  const order = said(argv, { minutes: { ...text, default: MINUTES }, 'per-second': { ...text, default: PER_SECOND }, seed: text, record: text, json: { type: 'boolean', default: false } });
  const minutes = wholeNumber('--minutes', order.minutes, 1, MINUTES_MAX);
  const perSecond = wholeNumber('--per-second', order['per-second'], 1, PER_SECOND_MAX);
  const seed = seedOf(order.seed);
  if (process.platform !== 'linux') throw new UsageError(`what a process has open is read from /proc, which only Linux has; this is ${process.platform}`);
  const folder = mkdtempSync(join(tmpdir(), 'emily-soak-'));
  try {
    const trace = join(folder, 'trace.csv');
    writeDemand(trace, { minutes, perSecond, seed });
    const rows = azureRows(trace);
    const progress = new Progress('requests');
    const soaked = await soak({ folder, trace, seed, killsUntil: rows.length * KILLS_UNTIL_SHARE, at: (done) => progress.at(Math.max(1, done), rows.length) });
    const seconds = progress.end();
    const { problems, figures } = judged(soaked, totalsOf(rows));
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    const closing = { minutes, perSecond, requests: rows.length, kills: soaked.kills, ...figures, seed, seconds, violations: problems.length };
    if (order.record !== undefined) writeRecord(order.record, closing);
    console.log(order.json ? JSON.stringify(closing) : Object.entries(closing).map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join('\n'));
    return problems.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
