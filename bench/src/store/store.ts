import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { understood, wholeNumber } from '../arguments.ts';
import { childLine } from '../child-line.ts';
import { otherCores } from '../one-core.ts';
import type { Launch } from '../start-node.ts';
import { withTemporaryFolder } from '../temporary-folder.ts';
import { meanwhileBackups } from './backups.ts';
import type { LoadMeasured, LoadOrder } from './measure-load.ts';
import type { RecoveryMeasured, RecoveryOrder } from './measure-recovery.ts';

/*
 * npm run bench -- store: how long a program takes to come back to its keys, how long a commit lets it wait
 * under load, and what a backup of the running store costs it.
 */

const keysMax = 20_000_000;
const keysUsual = 1_000_000;
const eventsMax = 50_000_000;
const eventsUsual = 12_000_000;
const repeatMax = 20;
const repeatUsual = 3;
const everyMs = 100;

const flags = ['--min-semi-space-size=16', '--max-semi-space-size=16', '--expose-gc'];

type Figures = {
  readonly keys: number;
  readonly recoveryCpuSeconds: number;
  readonly recoverySeconds: number;
  readonly events: number;
  readonly commits: number;
  readonly pauseMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly backups: number;
  /** Time of a run without a backup ÷ that of one with. */
  readonly withBackup: number;
};

export async function store(argv: readonly string[], launch: Launch): Promise<void> {
  const options = {
    keys: { type: 'string', default: `${keysUsual}` },
    events: { type: 'string', default: `${eventsUsual}` },
    repeat: { type: 'string', default: `${repeatUsual}` },
    dir: { type: 'string', default: tmpdir() },
    json: { type: 'boolean', default: false },
  } as const;
  const { values } = understood(() => parseArgs({ args: [...argv], options }));
  const keys = wholeNumber('--keys', values.keys, keysMax);
  const events = wholeNumber('--events', values.events, eventsMax);
  const repeat = wholeNumber('--repeat', values.repeat, repeatMax);
  const figures = await withTemporaryFolder(values.dir, async (folder) => ({
    ...await recovery(folder, keys, repeat, launch),
    ...await load(folder, events, repeat, launch),
  }));
  console.log(values.json ? JSON.stringify(figures) : text(figures));
}

async function recovery(folder: string, keys: number, repeat: number, launch: Launch): Promise<Pick<Figures, 'keys' | 'recoveryCpuSeconds' | 'recoverySeconds'>> {
  const path = join(folder, 'recovery');
  await recovered({ store: path, keys, is: 'filling' }, launch);
  const runs: RecoveryMeasured[] = [];
  for (let run = 0; run < repeat; run += 1) runs.push(await recovered({ store: path, keys, is: 'coming back' }, launch));
  const { cpuSeconds, seconds } = least(runs);
  return { keys, recoveryCpuSeconds: cpuSeconds, recoverySeconds: seconds };
}

async function recovered(order: RecoveryOrder, launch: Launch): Promise<RecoveryMeasured> {
  const measured = JSON.parse(await childLine(new URL('measure-recovery.ts', import.meta.url), order, { ...launch, flags })) as RecoveryMeasured;
  if (measured.keys !== order.keys) throw new Error(`expected ${order.keys} keys in the store, came ${measured.keys}`);
  return measured;
}

async function load(folder: string, events: number, repeat: number, launch: Launch): Promise<Omit<Figures, 'keys' | 'recoveryCpuSeconds' | 'recoverySeconds'>> {
  const alone: LoadMeasured[] = [];
  const beside: LoadMeasured[] = [];
  let backups = 0;
  for (let run = 0; run < repeat; run += 1) {
    const order = { store: join(folder, `alone-${run}`), events, everyMs };
    alone.push(await loaded(order, launch));
    const other = { store: join(folder, `beside-${run}`), events, everyMs };
    const { result, finished } = await meanwhileBackups(other.store, join(folder, `backups-${run}`), { cores: otherCores(launch.core), signal: launch.signal }, () => loaded(other, launch));
    beside.push(result);
    backups += finished;
  }
  if (new Set([...alone, ...beside].map(({ rows }) => rows)).size !== 1) throw new Error('expected as many rows from every run');
  if (backups === 0) throw new Error('expected a backup to be finished while the program ran, none was; let it run for longer with --events');
  const pauses = least(alone).pausesMs.toSorted((a, b) => a - b);
  const rank = (share: number): number => pauses[Math.min(pauses.length - 1, Math.floor(share * pauses.length))] ?? NaN;
  return { events, commits: pauses.length, pauseMs: { p50: rank(0.5), p99: rank(0.99), max: rank(1) }, backups, withBackup: least(alone).seconds / least(beside).seconds };
}

async function loaded(order: LoadOrder, launch: Launch): Promise<LoadMeasured> {
  return JSON.parse(await childLine(new URL('measure-load.ts', import.meta.url), order, { ...launch, flags })) as LoadMeasured;
}

const least = <T extends { readonly seconds: number }>(runs: readonly T[]): T => runs.reduce((best, one) => (one.seconds < best.seconds ? one : best));

function text({ keys, recoveryCpuSeconds, recoverySeconds, events, commits, pauseMs, backups, withBackup }: Figures): string {
  return [
    `coming back to ${keys} keys: ${recoveryCpuSeconds.toFixed(2)} s of CPU, ${recoverySeconds.toFixed(2)} s`,
    `a pause for a commit, every ${everyMs} ms under load: p50 ${pauseMs.p50.toFixed(1)} ms, p99 ${pauseMs.p99.toFixed(1)} ms, at most ${pauseMs.max.toFixed(1)} ms (${commits} commits, ${events} events)`,
    `speed while the store is backed up: ${withBackup.toFixed(2)} of that without (${backups} backups)`,
  ].join('\n');
}
