import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Program } from 'millrace';
import { systemClock } from '../demo/clock.ts';
import { showProgress } from '../demo/progress.ts';
import { replay, streamShareDefault } from '../demo/replay.ts';
import { closingJson, closingTable } from '../demo/report.ts';
import { syntheticTenants } from '../demo/tenants.ts';
import { openTrace, type Trace } from '../demo/trace/trace.ts';
import { defaultLimits } from '../gateway/limits.ts';
import type { UsageEvent } from '../domain/usage-event.ts';
import { demoModels } from './catalog.ts';
import { type Emily, type EmilyOptions, keyText, startEmily } from './emily.ts';
import { logs, type EmilyTables } from './program.ts';
import { plus } from './usage-query.ts';

export type ReplayCommand = {
  readonly file: string;
  readonly speed: number | 'max';
  readonly via: 'gateway' | 'ingest';
  readonly streamShare: number;
  readonly seed: number;
  /** The folder under which each replay has a folder of its own. */
  readonly data: string;
  readonly emily: Omit<EmilyOptions, 'store' | 'mode' | 'replay' | 'seed'>;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
};

export type ReplayEnd = { readonly emily: Emily; readonly table: string; readonly json: string };

/**
 * Replays a trace: the same command after a kill goes on where it was, and ends with the same totals.
 * The end of the trace is the end of its month: every invoice becomes final.
 */
export async function runReplay(command: ReplayCommand): Promise<ReplayEnd> {
  const { file, via, streamShare, seed } = command;
  const trace = await openTrace(file, seed);
  const store = join(command.data, `replay-${folderHash(trace.hash, via, streamShare)}`);
  // Of this process alone: in a replay nobody else is listened to.
  const secret = randomBytes(32).toString('base64url');
  const progress = { file, rows: trace.rowCount, done: 0, finished: false };
  const emily = await startEmily({ ...command.emily, store, seed, mode: 'replay', replay: () => progress, replayTerms: { secret, latest: trace.latest } });
  try {
    const startedAt = performance.now();
    const { program } = emily;
    const log = via === 'gateway' ? logs.usage : logs.events;
    await program.end(via === 'gateway' ? logs.events : logs.usage);
    const before = await metered(program);
    const isComplete = hasEnded(program, log);
    if (isComplete) command.say(`this replay of ${file} was complete already: these are its figures`);
    else {
      command.say(`replaying ${trace.rowCount} requests of ${file} (${trace.format}) via ${via}; data in ${store}; console at ${emily.signInLink}`);
      await send(command, { trace, secret }, emily, progress);
      await program.end(log);
    }
    while (!hasEnded(program, log)) await program.committed();
    await program.committed();
    Object.assign(progress, { done: trace.rowCount, finished: true });
    const seconds = Math.round(performance.now() - startedAt) / 1000;
    return { emily, ...(await figures(program, seconds, isComplete ? undefined : before)) };
  } catch (error) {
    await emily.stop();
    throw error;
  }
}

/** Sends every row that no earlier run got in; a program that fails ends it. */
async function send(command: ReplayCommand, { trace, secret }: { readonly trace: Trace; readonly secret: string }, emily: Emily, progress: { done: number }): Promise<void> {
  const { speed, via, streamShare } = command;
  const failed = new AbortController();
  emily.program.done.catch((error: unknown) => failed.abort(error));
  const signal = AbortSignal.any([command.signal, failed.signal]);
  const shown = showProgress(process.stderr, systemClock);
  try {
    await replay({
      trace,
      speed,
      via,
      target: emily.address,
      keys: emily.demo.keys,
      adminKey: emily.demo.adminKey,
      secret,
      modelIds: demoModels.map(({ id }) => id),
      streamShare,
      isDone: via === 'gateway' ? gatewayDone(emily) : eventsDone(emily.program),
      // A late end must not come after the meter has closed its window.
      maxSpanMs: defaultLimits.callMsMax / 2,
      onProgress: (now) => {
        progress.done = now.done;
        shown.report(now);
      },
      clock: systemClock,
      signal,
    });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    shown.end();
  }
}

/** How many requests the meter has counted. */
async function metered({ tables }: Program<EmilyTables>): Promise<number> {
  const months = [...(await tables.perMonth.scan()), ...(await tables.sentInPerMonth.scan())];
  return months.reduce((sum, { value }) => sum + value.requests, 0);
}

/** Reads everything back from the meter's tables and the invoices; `before` was metered before this run, which did nothing if it is not there. */
async function figures(program: Program<EmilyTables>, seconds: number, before: number | undefined): Promise<{ table: string; json: string }> {
  const minutes = new Map<number, number>();
  let total = plus();
  const { perMinute: called, sentInPerMinute: sentIn } = program.tables;
  for (const { window, value } of [...(await called.scan()), ...(await sentIn.scan())]) {
    total = plus(total, value);
    const start = window?.start ?? 0;
    minutes.set(start, (minutes.get(start) ?? 0) + value.requests);
  }
  const { invoices: bills, sentInInvoices } = program.tables;
  const invoices = [...(await bills.scan()), ...(await sentInInvoices.scan())].filter(({ finality }) => finality === 'final');
  const perMinute = [...minutes].filter(([, requests]) => requests > 0).sort(([a], [b]) => a - b);
  return {
    table: closingTable({ ...total, invoices: invoices.length, run: before === undefined ? undefined : { seconds, requests: total.requests - before } }),
    json: closingJson({ ...total, seconds, perMinute }),
  };
}

const hasEnded = (program: Program<EmilyTables>, log: string): boolean => program.status().sources[log]?.[0]?.ended === true;

/** A trace's rows belong to tenants drawn by the seed, so a row's key is looked for with each of them. */
function gatewayDone({ finishedKeys }: Emily): (key: string) => boolean {
  return (key) => syntheticTenants.some(({ id }) => finishedKeys.has(keyText(id, key)));
}

function eventsDone(program: Program<EmilyTables>): (key: string) => boolean {
  const ids = new Set<string>();
  for (const event of program.read(logs.events) as Iterable<UsageEvent>) ids.add(event.id);
  return (key) => ids.has(key);
}

/** Replays that send different bodies, or take another road, do not share a folder. */
function folderHash(traceHash: string, via: string, streamShare: number): string {
  if (via === 'gateway' && streamShare === streamShareDefault) return traceHash;
  return createHash('sha256').update(`${traceHash} ${via} ${streamShare}`).digest('hex').slice(0, 12);
}
