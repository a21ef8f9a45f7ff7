import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UsageWindow } from '../src/app/usage-query.ts';
import { clientOf, type Client } from './client.ts';
import { startProcess, type EmilyProcess } from './process.ts';

/*
 * The stock client, unmodified, with nothing but the printed address and key, against the whole
 * process; and what it used, asked back. (The gateway's own tests go deeper.)
 */

let data = '';
let emily: EmilyProcess;
let openai: OpenAI;
let client: Client;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'emily-'));
  emily = startProcess(['--data', data, '--no-demand'], { shared: true });
  const [{ origin }, apiKey] = [await emily.link(), await emily.demoKey()];
  openai = new OpenAI({ apiKey, baseURL: `${origin}/v1`, maxRetries: 0 });
  client = clientOf(origin, apiKey);
}, 120_000);

afterAll(async () => {
  await emily.kill();
  await rm(data, { recursive: true });
}, 120_000);

const messages = [{ role: 'user' as const, content: 'how deep is the mill pond' }];

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

const words = (chunks: readonly OpenAI.ChatCompletionChunk[]): number =>
  chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('').split(' ').length;

test('lists the models, chats, streams with and without usage; each call is metered to the token and billed', { timeout: 60_000 }, async () => {
  const models = (await openai.models.list()).data.map(({ id }) => id);
  expect(models).toContain('llama-3.3-70b');
  const [model = ''] = models;

  const whole = await openai.chat.completions.create({ model, messages, max_tokens: 20, user: 'ana' });
  expect(whole.usage).toEqual({ prompt_tokens: 6, completion_tokens: 20, total_tokens: 26 });

  const silent = await all(await openai.chat.completions.create({ model, messages, max_tokens: 30, stream: true, user: 'ana' }));
  expect(words(silent)).toBe(30);
  expect(silent.filter((chunk) => 'usage' in chunk)).toEqual([]);

  const told = await all(await openai.chat.completions.create({ model, messages, max_tokens: 40, stream: true, stream_options: { include_usage: true }, user: 'ben' }));
  expect(words(told)).toBe(40);
  expect(told.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 6, completion_tokens: 40, total_tokens: 46 } });

  const used = async (): Promise<unknown> =>
    (await client.get<{ data: UsageWindow[] }>('/v1/usage?group=user')).data.map(({ user, requests, inputTokens, outputTokens }) => [user, requests, inputTokens, outputTokens]);
  await expect.poll(used, { timeout: 20_000 }).toEqual([['ana', 2, 12, 50], ['ben', 1, 6, 40]]);
  const { data: invoices } = await client.get<{ data: { user: string; total: string; status: string }[] }>('/v1/invoices');
  expect(invoices.map(({ user, total, status }) => [user, total, status])).toEqual([['ana', '0.02', 'open'], ['ben', '0.01', 'open']]);
});

test('a wrong key and an unknown model are the errors that the client knows', async () => {
  const stranger = new OpenAI({ apiKey: 'em_wrong', baseURL: openai.baseURL, maxRetries: 0 });
  await expect(stranger.models.list()).rejects.toThrow(OpenAI.AuthenticationError);
  await expect(openai.chat.completions.create({ model: 'gpt-nobody', messages })).rejects.toThrow(OpenAI.NotFoundError);
});
