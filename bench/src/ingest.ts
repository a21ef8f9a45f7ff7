import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { understood, wholeNumber } from './arguments.ts';
import { type Load, load } from './ingest/load.ts';
import { ServerProcess, type ServerUsage } from './ingest/server-process.ts';
import type { Launch } from './start-node.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

/*
 * HTTP ingest, per CPU second of the server: single events, or batches, each request answered only
 * when its events are in a durable commit.
 *
 * The server is a process of its own and counts its own CPU time; this process is the load. The
 * server is warm when the count begins, as one that has run for a day would be.
 */

type Ingested = Load & {
  readonly batch: number;
  /** The server's, during the load. */
  readonly cpuSeconds: number;
  readonly rssMb: number;
};

const batchMax = 1_000;
const secondsMax = 600;
const secondsUsual = 5;
const connections = 64;
const warmUpSeconds = 2;

export async function ingest(argv: readonly string[], launch: Launch): Promise<void> {
  const { values } = understood(() => parseArgs({
    args: [...argv],
    options: {
      batch: { type: 'string', default: '1' },
      seconds: { type: 'string', default: `${secondsUsual}` },
      dir: { type: 'string', default: tmpdir() },
      json: { type: 'boolean', default: false },
    },
  }));
  const batch = wholeNumber('--batch', values.batch, batchMax);
  const seconds = wholeNumber('--seconds', values.seconds, secondsMax);
  const ingested = await withTemporaryFolder(values.dir, async (store) => {
    const server = await ServerProcess.start(store, launch);
    try {
      return await press(server, batch, seconds);
    } finally {
      await server.stop();
    }
  });
  console.log(values.json ? jsonLine(ingested) : sentences(ingested));
}

async function press(server: ServerProcess, batch: number, seconds: number): Promise<Ingested> {
  const pressure = { port: server.port, batch, connections };
  const warmUp = await load({ ...pressure, seconds: warmUpSeconds, firstEvent: 0 });
  const before = await server.usage();
  const measured = await load({ ...pressure, seconds, firstEvent: warmUp.events });
  const after = await server.usage();
  assertCounted(after, warmUp.events + measured.events);
  return { ...measured, batch, cpuSeconds: after.cpuSeconds - before.cpuSeconds, rssMb: after.rssMb };
}

/** An acknowledged event is in the pipeline's state, so by now it is counted. */
function assertCounted({ events }: ServerUsage, acknowledged: number): void {
  if (events === acknowledged) return;
  throw new Error(`expected the pipeline to have counted the ${acknowledged} acknowledged events, it counted ${events}`);
}

function jsonLine({ batch, requests, events, seconds, cpuSeconds, rssMb, latenciesMs }: Ingested): string {
  return JSON.stringify({
    query: 'ingest',
    store: 'disk',
    batch,
    connections,
    requests,
    events,
    seconds,
    cpuSeconds,
    requestsPerCpuSecond: Math.round(requests / cpuSeconds),
    eventsPerCpuSecond: Math.round(events / cpuSeconds),
    eventsPerSecond: Math.round(events / seconds),
    latencyMs: { p50: quantile(latenciesMs, 0.5), p99: quantile(latenciesMs, 0.99), max: quantile(latenciesMs, 1) },
    rssMb,
  });
}

function sentences({ batch, requests, events, seconds, cpuSeconds, rssMb, latenciesMs }: Ingested): string {
  return [
    `ingest over HTTP · ${batch === 1 ? 'single events' : `batches of ${batch}`} · ${connections} connections · ${seconds.toFixed(1)} s`,
    '',
    `${per(events, cpuSeconds)} events and ${per(requests, cpuSeconds)} requests per CPU second of the server`,
    `${per(events, seconds)} events per second by the clock; the server used ${(cpuSeconds / seconds * 100).toFixed(0)} % of a core and ${rssMb} MB`,
    `acknowledged, each after its durable commit, in ${quantile(latenciesMs, 0.5).toFixed(1)} ms (median), `
      + `${quantile(latenciesMs, 0.99).toFixed(1)} ms (99 %), ${quantile(latenciesMs, 1).toFixed(1)} ms (all)`,
  ].join('\n');
}

function per(count: number, seconds: number): string {
  return Math.round(count / seconds).toLocaleString('en-US');
}

/** The least value that at least this share of the sorted values does not exceed. */
function quantile(sorted: Float64Array, share: number): number {
  return Math.round((sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0) * 1_000) / 1_000;
}
