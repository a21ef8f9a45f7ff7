import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { cpuSecondsOf, ownMegabytesOf } from './process-figures.ts';
import { chat, type Server } from './servers.ts';

/** Calls that do not stream, one after the other on each connection: as many as the server takes. */
export type Saturated = { readonly calls: number; readonly seconds: number; readonly cpuMsPerCall: number };

/** Latencies in ms, sorted; from when a call was due, so that waiting for its turn counts. */
export type Paced = { readonly calls: number; readonly latenciesMs: readonly number[] };

/** Streams that are open at the same time. */
export type Streamed = {
  readonly streams: number;
  readonly tokens: number;
  /** How much later than it was due the last token came, in ms: the median and the worst of the streams. */
  readonly lateMs: { readonly p50: number; readonly max: number };
  /** Share of one core, while all were open. */
  readonly cores: number;
  readonly megabytes: number;
};

const MS_PER_SECOND = 1_000;
const TOKEN_EVERY_MS = 50;
/** Beyond these a call waits for its turn, and that counts: more connections than that would be a load of their own. */
const PACED_CONNECTIONS = 256;

const headersFor = ({ key }: Server): Record<string, string> => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' });
const whole = chat();

export async function saturate(server: Server, { connections, seconds }: { readonly connections: number; readonly seconds: number }): Promise<Saturated> {
  const agent = new Agent({ connections });
  const endMs = performance.now() + seconds * MS_PER_SECOND;
  const startedMs = performance.now();
  const cpuBefore = cpuSecondsOf(server.pid);
  let calls = 0;
  await Promise.all(Array.from({ length: connections }, async () => {
    while (performance.now() < endMs) {
      await call(server, agent);
      calls += 1;
    }
  }));
  const cpuSeconds = cpuSecondsOf(server.pid) - cpuBefore;
  const took = (performance.now() - startedMs) / MS_PER_SECOND;
  await agent.close();
  return { calls, seconds: took, cpuMsPerCall: (cpuSeconds * MS_PER_SECOND) / calls };
}

export async function pace(server: Server, { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number }): Promise<Paced> {
  const agent = new Agent({ connections: PACED_CONNECTIONS });
  const calls = perSecond * seconds;
  const everyMs = MS_PER_SECOND / perSecond;
  const latenciesMs: number[] = [];
  const startedMs = performance.now();
  const open: Promise<void>[] = [];
  for (let i = 0; i < calls; i += 1) {
    const dueMs = startedMs + i * everyMs;
    const restMs = dueMs - performance.now();
    if (restMs > 0) await delay(restMs);
    open.push(call(server, agent).then(() => void latenciesMs.push(performance.now() - dueMs)));
    // What goes wrong is told below, when all are waited for.
    open.at(-1)!.catch(() => {});
  }
  await Promise.all(open);
  await agent.close();
  return { calls, latenciesMs: latenciesMs.toSorted((a, b) => a - b) };
}

export async function openStreams(server: Server, { streams, tokens }: { readonly streams: number; readonly tokens: number }): Promise<Streamed> {
  // A pool with a limit would let the next stream wait for the end of another.
  const agent = new Agent({ connections: null });
  const body = chat({ stream: true, max_tokens: tokens });
  const late: number[] = [];
  let megabytes = 0;
  const open = Promise.all(Array.from({ length: streams }, async (_, i) => {
    // Spread over a second: nobody's customers all begin in the same millisecond.
    await delay((i * MS_PER_SECOND) / streams);
    late.push(await oneStream(server, agent, body, tokens));
  }));
  open.catch(() => {}); // told below
  await delay(2 * MS_PER_SECOND);
  const [cpuBefore, beforeMs] = [cpuSecondsOf(server.pid), performance.now()];
  const untilMs = beforeMs + tokens * TOKEN_EVERY_MS - 3 * MS_PER_SECOND;
  while (performance.now() < untilMs) {
    await delay(500);
    megabytes = Math.max(megabytes, ownMegabytesOf(server.pid));
  }
  const cores = (cpuSecondsOf(server.pid) - cpuBefore) / ((performance.now() - beforeMs) / MS_PER_SECOND);
  await open;
  await agent.close();
  const sorted = late.toSorted((a, b) => a - b);
  return { streams, tokens, lateMs: { p50: quantile(sorted, 0.5), max: quantile(sorted, 1) }, cores, megabytes };
}

/** The least value that at least this share of the sorted values does not exceed. */
export const quantile = (sorted: readonly number[], share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;

async function call(server: Server, agent: Agent): Promise<void> {
  const { statusCode, body } = await request(`${server.origin}/v1/chat/completions`, { method: 'POST', headers: headersFor(server), body: whole, dispatcher: agent });
  const text = await body.text();
  if (statusCode !== 200 || !text.includes('"completion_tokens"')) throw new Error(`expected an answer with its usage from ${server.origin}, came ${statusCode}: ${text.slice(0, 300)}`);
}

/** How late its last token was, in ms. */
async function oneStream(server: Server, agent: Agent, asked: string, tokens: number): Promise<number> {
  const startedMs = performance.now();
  const { statusCode, body } = await request(`${server.origin}/v1/chat/completions`, { method: 'POST', headers: headersFor(server), body: asked, dispatcher: agent });
  let came = 0;
  let last = '';
  let lastMs = NaN;
  for await (const part of body) {
    const text = String(part);
    came += text.split('"word "').length - 1;
    lastMs = performance.now();
    last = (last + text).slice(-100);
  }
  if (statusCode !== 200 || came !== tokens || !last.includes('data: [DONE]')) throw new Error(`expected a stream of ${tokens} tokens to its end from ${server.origin}, came ${statusCode} with ${came} that ends in ${JSON.stringify(last)}`);
  return lastMs - startedMs - tokens * TOKEN_EVERY_MS;
}
