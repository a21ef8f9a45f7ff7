import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import OpenAI from 'openai';
import { seededRandom } from '../../src/demo/random.ts';
import { type EmilyProcess, launch } from '../../test/emily-process.ts';
import { storeIn } from '../../test/stored.ts';
import { booksIn } from '../shared/books.ts';
import { type Counters, replicaServer } from '../shared/replicas.ts';
import { droppingProxy, type Fate, FATES_HEADER } from './dropping-proxy.ts';
import type { Storm } from './judged.ts';

const MODEL = 'storm';
const REPLICAS = 3;
/** So long that calls run while their retries come, half a second later. */
const LATENCY = { firstTokenMs: 100, tokenMs: 5 };
const OPEN_CALLS = 100;
/** Between the first calls, so that no retry overtakes a connection that a cold start has not come to accept. */
const RAMP_MS = 20;
/** Calls of one text are told apart by nothing but what the gateway knows of their attempts. */
const CALLS_PER_TEXT = 10;
const WORDS_MAX = 60;
/** What a stock client does by itself. */
const RETRIES = 2;
const LOSS_AFTER_MS_MAX = 300;

export type StormOptions = { readonly folder: string; readonly calls: number; readonly seed: number; readonly at: (done: number) => void };

export type Stormed = Storm & { readonly fates: Readonly<Record<Fate, number>>; readonly unanswered: readonly string[] };

/** Stock clients behind a proxy that loses what their calls were answered, up to twice each. */
export async function storm({ folder, calls, seed, at }: StormOptions): Promise<Stormed> {
  const replicas = await Promise.all(Array.from({ length: REPLICAS }, (_, n) => replicaServer(MODEL, seed + n, LATENCY)));
  const config = join(folder, 'emily.config.json');
  writeFileSync(config, JSON.stringify({ models: [{ id: MODEL, driver: 'external', addresses: replicas.map(({ origin }) => origin) }] }));
  const emily = launch(['--data', join(folder, 'data'), '--config', config, '--no-demand']);
  try {
    const [link, apiKey] = [await emily.link(), await emily.demoKey()];
    await ready(emily);
    const proxy = await droppingProxy(link);
    const client = new OpenAI({ apiKey, baseURL: `${proxy.origin}/v1`, maxRetries: RETRIES });
    for (let n = 0; n < REPLICAS; n += 1) await made(client, { words: 1, text: 'the first ones take longer', stream: n > 0 }, 'pass');
    const unanswered = await callAll(client, { calls, seed, at });
    // What was left is still made to its end; an orderly end waits for that.
    emily.signal('SIGTERM');
    const { code, stderr } = await emily.end();
    if (code !== 0) throw new Error(`expected Emily to end with code 0, came ${code}: ${stderr.slice(-2_000)}`);
    proxy.close();
    const counters = total(await Promise.all(replicas.map((one) => one.counters())));
    return { calls: calls + REPLICAS, answered: calls + REPLICAS - unanswered.length, unanswered, books: await booksIn(await storeIn(join(folder, 'data'))), counters, fates: proxy.counts };
  } finally {
    await emily.kill();
    for (const replica of replicas) replica.close();
  }
}

async function ready(emily: EmilyProcess): Promise<void> {
  for (let n = 0; n < REPLICAS; n += 1) await emily.said(new RegExp(`"replica":"${MODEL}/${n}\\.[\\d.]+","state":"ready"`));
}

/** Makes all calls, so many at a time; what went wrong with those that were not answered in full. */
async function callAll(client: OpenAI, { calls, seed, at }: Pick<StormOptions, 'calls' | 'seed' | 'at'>): Promise<readonly string[]> {
  const random = seededRandom(seed, 'storm');
  const problems: string[] = [];
  let next = 0;
  let done = 0;
  const one = async (_: unknown, n: number): Promise<void> => {
    await delay(n * RAMP_MS);
    while (next < calls) {
      next += 1;
      const text = Math.floor(random() * Math.ceil(calls / CALLS_PER_TEXT));
      const call = { words: 1 + (text % WORDS_MAX), text: `text number ${text}`, stream: text % 2 === 0 };
      const problem = await made(client, call, fatesOf(call.stream, random)).catch((error: unknown) => String(error));
      if (problem !== undefined) problems.push(problem);
      at((done += 1));
    }
  };
  await Promise.all(Array.from({ length: Math.min(OPEN_CALLS, calls) }, one));
  return problems;
}

type Call = { readonly words: number; readonly text: string; readonly stream: boolean };

/** What was wrong with the answer. */
async function made(client: OpenAI, { words, text, stream }: Call, fates: string): Promise<string | undefined> {
  const body = { model: MODEL, max_tokens: words, messages: [{ role: 'user' as const, content: text }] };
  const options = { headers: { [FATES_HEADER]: fates } };
  let content = '';
  if (stream) for await (const { choices } of await client.chat.completions.create({ ...body, stream }, options)) content += choices[0]?.delta.content ?? '';
  else content = (await client.chat.completions.create(body, options)).choices[0]?.message.content ?? '';
  const came = content.split(' ').length;
  return came === words ? undefined : `${text}: expected ${words} words, came ${came}`;
}

/** Up to as many losses as a stock client makes up for. What an engine had sent of a stream that is cut is known to nobody, so none is. */
function fatesOf(stream: boolean, random: () => number): string {
  const losses = stream ? ['dropped', 'left'] : ['dropped', 'left', 'cut'];
  const lost = Array.from({ length: Math.floor(random() * (RETRIES + 1)) }, () => `${losses[Math.floor(random() * losses.length)]}:${Math.floor(random() * LOSS_AFTER_MS_MAX)}`);
  return [...lost, 'pass'].join(',');
}

const total = (all: readonly Counters[]): Counters =>
  all.reduce((sum, one) => ({ requests: sum.requests + one.requests, inputTokens: sum.inputTokens + one.inputTokens, outputTokens: sum.outputTokens + one.outputTokens }));
