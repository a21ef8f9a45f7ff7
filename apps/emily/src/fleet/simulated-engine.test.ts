import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { expect, onTestFinished, test, vi } from 'vitest';
import { simulatedEngine, type Latency } from './simulated-engine.ts';
import { countWords } from './words.ts';

async function engine(latency: Latency = { firstTokenMs: 0, tokenMs: 0 }, seed = 1) {
  const server = simulatedEngine({ model: 'sim "quoted"', seed, latency });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const dispatcher = new Agent();
  onTestFinished(async () => {
    await dispatcher.destroy();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    chat: (body: object) =>
      request(`${origin}/v1/chat/completions`, { dispatcher, method: 'POST', body: JSON.stringify({ model: 'sim "quoted"', messages, ...body }) }),
    get: async (path: string) => (await request(`${origin}${path}`, { dispatcher })).body.json() as Promise<Record<string, unknown>>,
  };
}

const messages = [
  { role: 'system', content: ' be  brief ' },
  { role: 'user', content: [{ type: 'text', text: 'how deep\nis it' }, { type: 'image_url', image_url: { url: 'data:x' } }] },
  { role: 'assistant', content: null },
];
const promptTokens = 6;

type Chunk = { choices: { index: number; delta: { content?: string }; finish_reason: string | null }[]; usage?: { completion_tokens: number } | null };

function chunksOf(text: string): Chunk[] {
  const payloads = text.split('\n\n').slice(0, -1).map((event) => event.replace(/^data: /, ''));
  expect(payloads.pop()).toBe('[DONE]');
  return payloads.map((payload) => JSON.parse(payload) as Chunk);
}

const textOf = (chunks: readonly Chunk[], choice = 0): string =>
  chunks.flatMap(({ choices }) => choices).filter(({ index }) => index === choice).map(({ delta }) => delta.content ?? '').join('');

test('it says that it is simulated, and counts words as tokens', async () => {
  const { chat, get } = await engine();
  const { headers, body } = await chat({ max_tokens: 11 });
  expect(headers['server']).toBe('emily-simulated-replica');
  const answer = (await body.json()) as { model: string; system_fingerprint: string; choices: { message: { content: string }; finish_reason: string }[]; usage: object };
  expect(answer).toMatchObject({ model: 'sim "quoted"', system_fingerprint: 'simulated' });
  expect(answer.usage).toEqual({ prompt_tokens: promptTokens, completion_tokens: 11, total_tokens: promptTokens + 11 });
  expect(countWords(answer.choices[0]!.message.content)).toBe(11);
  expect(answer.choices[0]!.finish_reason).toBe('length');
  expect(await get('/v1/models')).toMatchObject({ data: [{ id: 'sim "quoted"', description: expect.stringContaining('Simulated') }] });
  expect(await get('/health')).toMatchObject({ status: 'ok', requests: 1, promptTokens, generatedTokens: 11 });
});

test('where no length is asked for it is drawn from 16 to 200, the same for the same seed and body', async () => {
  const one = await engine();
  const texts = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(async (n) => (await one.chat({ temperature: n })).body.text()));
  const lengths = texts.map((text) => (JSON.parse(text) as { usage: { completion_tokens: number } }).usage.completion_tokens);
  expect(Math.min(...lengths)).toBeGreaterThanOrEqual(16);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(200);
  expect(new Set(lengths).size).toBeGreaterThan(1);
  const choices = async (seed: number) => ((await (await (await engine(undefined, seed)).chat({})).body.json()) as { choices: unknown }).choices;
  expect(await choices(5)).toEqual(await choices(5));
  expect(await choices(5)).not.toEqual(await choices(6));
});

test.each([0, 1, 32, 33, 1_000])('a stream of %i words has exactly so many, in few chunks when it takes no time', async (max_completion_tokens) => {
  const { chat } = await engine();
  const chunks = chunksOf(await (await chat({ max_completion_tokens, stream: true })).body.text());
  expect(countWords(textOf(chunks))).toBe(max_completion_tokens);
  expect(chunks.length).toBe(2 + Math.ceil(max_completion_tokens / 32));
  expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false);
});

test('usage in a stream: null until the end, or running, as asked', async () => {
  const { chat } = await engine();
  const usages = async (stream_options: object) =>
    chunksOf(await (await chat({ max_tokens: 40, stream: true, stream_options })).body.text()).map(({ usage }) => usage && usage.completion_tokens);
  expect(await usages({ include_usage: true })).toEqual([null, null, null, null, 40]);
  expect(await usages({ include_usage: true, continuous_usage_stats: true })).toEqual([0, 32, 40, 40, 40]);
});

test('several choices are counted together', async () => {
  const { chat } = await engine();
  expect(await (await chat({ n: 3, max_tokens: 5 })).body.json()).toMatchObject({ choices: [{ index: 0 }, { index: 1 }, { index: 2 }], usage: { completion_tokens: 15 } });
  const chunks = chunksOf(await (await chat({ n: 2, max_tokens: 5, stream: true })).body.text());
  expect([countWords(textOf(chunks, 0)), countWords(textOf(chunks, 1))]).toEqual([5, 5]);
});

test('a stream that takes time sends word by word, and stops when its reader leaves', async () => {
  const { chat, get } = await engine({ firstTokenMs: 1, tokenMs: 1 });
  const { body } = await chat({ max_tokens: 100_000, stream: true });
  await new Promise((resolve) => body.once('data', resolve));
  body.destroy();
  body.on('error', () => {});
  await vi.waitFor(async () => expect(await get('/health')).toMatchObject({ running: 0 }));
  expect((await get('/health'))['generatedTokens']).toBeLessThan(100_000);
});

test.each([
  [{ model: 'other' }, 404],
  [{ messages: 'hello' }, 400],
  [{ max_tokens: -1 }, 400],
  [{ max_tokens: 1.5 }, 400],
  [{ n: 17 }, 400],
])('%j is refused with %i', async (body, status) => {
  const { chat } = await engine();
  const answer = await chat(body);
  expect(answer.statusCode).toBe(status);
  expect(await answer.body.json()).toMatchObject({ error: { message: expect.any(String) } });
});
