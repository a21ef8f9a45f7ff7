import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { understood, wholeNumber } from '../arguments.ts';
import { otherCores } from '../one-core.ts';
import type { Launch } from '../start-node.ts';
import { withTemporaryFolder } from '../temporary-folder.ts';
import { UsageError } from '../usage-error.ts';
import { openStreams, pace, quantile, saturate, type Paced, type Saturated, type Streamed } from './calls.ts';
import { hold, type Held } from './memory.ts';
import { expectMetered, type Made } from './metered.ts';
import { startEmily, startLiteLlm, startPassThrough, startReplica, type Server } from './servers.ts';

/*
 * npm run bench -- gateway: what a call costs Emily's gateway, with its price, its budget, its usage in a durable log
 * and the meter behind it in the same process; beside a pass-through of the same libraries, and LiteLLM's proxy.
 */

const PER_SECOND = 500;
const TOKENS_PER_SECOND = 20;
const WARM_UP_SECONDS = 3;

type Side = { readonly name: string; readonly server: Server };
type Figures = {
  readonly connections: number;
  readonly saturated: Readonly<Record<string, Saturated>>;
  /** Calls per CPU second of Emily ÷ those of LiteLLM. */
  readonly ofLiteLlm: number | undefined;
  readonly perSecond: number;
  /** What the gateway adds to a call, in ms. */
  readonly addedMs: { readonly p50: number; readonly p99: number };
  readonly streamed: Streamed;
  readonly held: Held | undefined;
  readonly metered: Made;
};

export async function gateway(argv: readonly string[], launch: Launch): Promise<void> {
  const { values } = understood(() => parseArgs({
    args: [...argv],
    options: {
      seconds: { type: 'string', default: '8' },
      repeat: { type: 'string', default: '3' },
      connections: { type: 'string', default: '64' },
      streams: { type: 'string', default: '500' },
      'stream-seconds': { type: 'string', default: '20' },
      minutes: { type: 'string' },
      litellm: { type: 'string' },
      dir: { type: 'string', default: tmpdir() },
      json: { type: 'boolean', default: false },
    },
  }));
  const order = {
    seconds: wholeNumber('--seconds', values.seconds, 3_600),
    repeat: wholeNumber('--repeat', values.repeat, 20),
    connections: wholeNumber('--connections', values.connections, 4_000),
    streams: wholeNumber('--streams', values.streams, 4_000),
    streamSeconds: wholeNumber('--stream-seconds', values['stream-seconds'], 3_600),
    minutes: values.minutes === undefined ? 0 : wholeNumber('--minutes', values.minutes, 1_440),
    litellm: values.litellm,
  };
  if (order.streamSeconds < 5) throw new UsageError(`expected --stream-seconds of at least 5, of which the middle is measured, came ${order.streamSeconds}`);
  if (order.minutes > 0 && order.minutes < 3) throw new UsageError(`expected --minutes of at least 3, of which the second and the last third are compared, came ${order.minutes}`);
  const figures = await withTemporaryFolder(values.dir, (folder) => measured(folder, order, launch));
  console.log(values.json ? JSON.stringify(figures) : text(figures));
}

type Order = { readonly seconds: number; readonly repeat: number; readonly connections: number; readonly streams: number; readonly streamSeconds: number; readonly minutes: number; readonly litellm: string | undefined };

async function measured(folder: string, order: Order, launch: Launch): Promise<Figures> {
  const { connections, seconds, streams } = order;
  const [other] = otherCores(launch.core);
  const replica = await startReplica({ ...launch, core: other });
  const stops = [replica];
  const begin = async (name: string, started: Promise<Server>): Promise<Side> => {
    const server = await started;
    stops.push(server);
    return { name, server };
  };
  try {
    const emily = await begin('emily', startEmily(replica, folder, launch));
    const passThrough = await begin('pass-through', startPassThrough(replica, launch));
    const liteLlm = order.litellm === undefined ? [] : [await begin('litellm', startLiteLlm(order.litellm, replica, folder, launch))];
    const sides = [emily, passThrough, ...liteLlm];
    const made = { calls: 0, tokens: 0 };
    const saturated = await saturateAll(sides, order, made);
    const direct = await pace(replica, { perSecond: PER_SECOND, seconds });
    const through = await pace(emily.server, { perSecond: PER_SECOND, seconds });
    const streamed = await openStreams(emily.server, { streams, tokens: order.streamSeconds * TOKENS_PER_SECOND });
    const held = order.minutes === 0 ? undefined : await hold(emily.server, { perSecond: PER_SECOND, minutes: order.minutes });
    const paced = through.calls + (held?.calls ?? 0);
    made.calls += paced + streamed.streams;
    made.tokens += paced * 20 + streamed.streams * streamed.tokens;
    await expectMetered(emily.server, made);
    const { litellm, emily: own } = saturated;
    return { connections, saturated, ofLiteLlm: litellm && litellm.cpuMsPerCall / own!.cpuMsPerCall, perSecond: PER_SECOND, addedMs: added(direct, through), streamed, held, metered: made };
  } finally {
    for (const server of stops.toReversed()) await server.stop();
  }
}

/** The sides take turns; the run with the least CPU time a call stands for its side. */
async function saturateAll(sides: readonly Side[], { repeat, connections, seconds }: Order, made: { calls: number; tokens: number }): Promise<Record<string, Saturated>> {
  const best: Record<string, Saturated> = {};
  for (let run = 0; run <= repeat; run += 1) {
    for (const { name, server } of sides) {
      const one = await saturate(server, { connections, seconds: run === 0 ? WARM_UP_SECONDS : seconds });
      if (name === 'emily') made.calls += one.calls;
      if (name === 'emily') made.tokens += one.calls * 20;
      if (run > 0 && one.cpuMsPerCall < (best[name]?.cpuMsPerCall ?? Infinity)) best[name] = one;
    }
  }
  return best;
}

const added = (direct: Paced, through: Paced): Figures['addedMs'] => ({
  p50: quantile(through.latenciesMs, 0.5) - quantile(direct.latenciesMs, 0.5),
  p99: quantile(through.latenciesMs, 0.99) - quantile(direct.latenciesMs, 0.99),
});

function text({ connections, saturated, ofLiteLlm, perSecond, addedMs, streamed, held, metered }: Figures): string {
  const { streams, lateMs, cores, megabytes } = streamed;
  return [
    `at saturation, ${connections} connections:`,
    ...Object.entries(saturated).map(([name, { calls, seconds, cpuMsPerCall }]) => `  ${name.padEnd(12)} ${cpuMsPerCall.toFixed(2)} ms of CPU a call, ${Math.round(calls / seconds)} calls/s`),
    ...(ofLiteLlm === undefined ? [] : [`  ${ofLiteLlm.toFixed(1)} times the calls per CPU second of LiteLLM`]),
    `added to a call at ${perSecond} calls/s: p50 ${addedMs.p50.toFixed(1)} ms, p99 ${addedMs.p99.toFixed(1)} ms`,
    `${streams} streams of ${TOKENS_PER_SECOND} tokens/s: ${(cores * 100).toFixed(0)} % of a core, ${megabytes} MB, the last token ${lateMs.p50.toFixed(0)} ms late (median; at most ${lateMs.max.toFixed(0)} ms)`,
    ...(held === undefined ? [] : [`memory over ${held.minutes} minutes at ${perSecond} calls/s: ${held.megabytes.middle} MB in the second third, ${held.megabytes.end} MB in the last`]),
    `metered: all ${metered.calls} calls and ${metered.tokens} output tokens`,
  ].join('\n');
}
