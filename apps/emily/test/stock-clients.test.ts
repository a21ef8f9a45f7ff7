import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { HumanMessage } from '@langchain/core/messages';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { APICallError, embed, generateText, streamText } from 'ai';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UsageWindow } from '../src/app/usage-query.ts';
import { clientOf } from './client.ts';
import { startProcess, type EmilyProcess } from './process.ts';

/*
 * Clients as people install them, unmodified, with nothing but an address and a key. What each says it has used is what
 * Emily has metered for it.
 */

const MODEL = 'phi-4';
const PROMPT = 'how deep is the mill pond';
const PROMPT_TOKENS = 6;
const TIMEOUT_MS = 60_000;

let data = '';
let emily: EmilyProcess;
let origin = '';
let apiKey = '';

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'emily-'));
  emily = startProcess(['--data', data, '--no-demand'], { shared: true });
  [{ origin }, apiKey] = [await emily.link(), await emily.demoKey()];
}, 120_000);

afterAll(async () => {
  await emily.kill();
  await rm(data, { recursive: true });
}, 120_000);

/** Waits until these calls of a user are metered: their number, input and output tokens. */
async function metered(user: string, expected: readonly [requests: number, input: number, output: number]): Promise<void> {
  const used = async (): Promise<unknown> => {
    const { data: rows } = await clientOf(origin, apiKey).get<{ data: UsageWindow[] }>('/v1/usage?group=user');
    const own = rows.find((row) => row.user === user);
    return own === undefined ? undefined : [own.requests, own.inputTokens, own.outputTokens];
  };
  await expect.poll(used, { timeout: 20_000 }).toEqual(expected);
}

test('openai for Node: the stream() helper', { timeout: TIMEOUT_MS }, async () => {
  const openai = new OpenAI({ apiKey, baseURL: `${origin}/v1`, maxRetries: 0 });
  const parts: string[] = [];
  const stream = openai.chat.completions.stream({ model: MODEL, messages: [{ role: 'user', content: PROMPT }], max_tokens: 25, stream_options: { include_usage: true }, user: 'node' }).on('content', (part) => void parts.push(part));
  expect((await stream.finalContent())?.split(' ')).toHaveLength(25);
  expect(parts.join('')).toBe(await stream.finalContent());
  expect(await stream.totalUsage()).toMatchObject({ prompt_tokens: PROMPT_TOKENS, completion_tokens: 25 });
  await metered('node', [1, PROMPT_TOKENS, 25]);
});

test("the AI SDK's provider for compatible servers: a text, a stream, and a refusal", { timeout: TIMEOUT_MS }, async () => {
  const provider = createOpenAICompatible({ name: 'emily', apiKey, baseURL: `${origin}/v1`, includeUsage: true });
  const providerOptions = { emily: { user: 'ai-sdk' } };
  const whole = await generateText({ model: provider(MODEL), prompt: PROMPT, maxOutputTokens: 10, maxRetries: 0, providerOptions });
  expect(whole.text.split(' ')).toHaveLength(10);
  expect(whole.usage).toMatchObject({ inputTokens: PROMPT_TOKENS, outputTokens: 10 });
  const streamed = streamText({ model: provider(MODEL), prompt: PROMPT, maxOutputTokens: 15, maxRetries: 0, providerOptions });
  expect((await streamed.text).split(' ')).toHaveLength(15);
  expect(await streamed.usage).toMatchObject({ inputTokens: PROMPT_TOKENS, outputTokens: 15 });
  const { embedding, usage } = await embed({ model: provider.embeddingModel(MODEL), value: PROMPT, maxRetries: 0, providerOptions });
  expect([embedding.length, usage.tokens]).toEqual([256, PROMPT_TOKENS]);
  const nobody = generateText({ model: provider('gpt-nobody'), prompt: PROMPT, maxRetries: 0 });
  await expect(nobody).rejects.toSatisfy((error) => APICallError.isInstance(error) && error.statusCode === 404);
  await metered('ai-sdk', [3, 3 * PROMPT_TOKENS, 25]);
});

test('LangChain: a message, a stream, and an embedding', { timeout: TIMEOUT_MS }, async () => {
  const chat = (maxTokens: number): ChatOpenAI => new ChatOpenAI({ model: MODEL, apiKey, maxTokens, maxRetries: 0, user: 'langchain', configuration: { baseURL: `${origin}/v1` } });
  const whole = await chat(12).invoke([new HumanMessage(PROMPT)]);
  expect(String(whole.content).split(' ')).toHaveLength(12);
  expect(whole.usage_metadata).toMatchObject({ input_tokens: PROMPT_TOKENS, output_tokens: 12 });
  let text = '';
  for await (const chunk of await chat(18).stream([new HumanMessage(PROMPT)])) text += String(chunk.content);
  expect(text.split(' ')).toHaveLength(18);
  await metered('langchain', [2, 2 * PROMPT_TOKENS, 30]);
  const embeddings = new OpenAIEmbeddings({ model: MODEL, apiKey, maxRetries: 0, dimensions: 8, configuration: { baseURL: `${origin}/v1` } });
  expect(await embeddings.embedQuery(PROMPT)).toHaveLength(8);
});

test('curl: a stream, to its end', { timeout: TIMEOUT_MS }, async () => {
  const body = { model: MODEL, messages: [{ role: 'user', content: PROMPT }], max_tokens: 8, stream: true, user: 'curl' };
  const args = ['-sS', '-N', '--fail', `${origin}/v1/chat/completions`, '-H', `authorization: Bearer ${apiKey}`, '-H', 'content-type: application/json', '-d', JSON.stringify(body)];
  const { stdout } = await promisify(execFile)('curl', args);
  const events = stdout.split('\n\n').filter((event) => event !== '');
  expect(events.every((event) => event.startsWith('data: '))).toBe(true);
  expect(events.at(-1)).toBe('data: [DONE]');
  await metered('curl', [1, PROMPT_TOKENS, 8]);
});
