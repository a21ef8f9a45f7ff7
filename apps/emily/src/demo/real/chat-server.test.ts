import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { expect, onTestFinished, test, vi } from 'vitest';
import { chatServer } from './chat-server.ts';
import type { Made, Sampling, TextModel } from './text-model.ts';

/* The server in front of a model that says what a test tells it to, one character a token. */

class Script implements TextModel {
  readonly contextTokensMax = 100;
  readonly sampled: Sampling[] = [];
  /** Prompts that it was given. */
  readonly prompts: string[] = [];
  made = 0;
  #taken = 0;
  readonly #says: string;
  readonly #hold: Promise<void> | undefined;

  /** `hold`: it makes its fifth token only then. */
  constructor(says: string, hold?: Promise<void>) {
    this.#says = says;
    this.#hold = hold;
  }

  tokensOf(text: string): readonly number[] {
    this.prompts.push(text);
    return [...text].map((character) => character.codePointAt(0)!);
  }

  async *goOn(prompt: readonly number[], how: Sampling, signal: AbortSignal): AsyncGenerator<Made, void> {
    this.sampled.push(how);
    this.#taken += prompt.length;
    for (const text of this.#says) {
      if (this.made === 4 && this.#hold !== undefined) await Promise.race([this.#hold, once(signal, 'abort')]);
      signal.throwIfAborted();
      this.made++;
      yield { text, isEnd: false };
    }
    this.made++;
    yield { text: '', isEnd: true };
  }

  counted(): { input: number; output: number } {
    return { input: this.#taken, output: this.made };
  }
}

async function serve(model: TextModel) {
  const server = chatServer({ name: 'tiny', model, createdSeconds: 1_700_000_000 }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const openai = new OpenAI({ apiKey: 'none', baseURL: `${origin}/v1`, maxRetries: 0 });
  const health = async (): Promise<{ running: number; promptTokens: number; generatedTokens: number; engine: object }> => (await (await fetch(`${origin}/health`)).json()) as never;
  return { origin, openai, health };
}

const messages = [{ role: 'user' as const, content: 'hi' }];
/** `User: hi`, a new line, `Assistant:`. */
const promptTokens = 19;

test('a whole answer: its text, why it ended, and every token that was made', async () => {
  const model = new Script(' Well met.');
  const { openai, health } = await serve(model);
  const answer = await openai.chat.completions.create({ model: 'tiny', messages, temperature: 0, seed: 3 });
  expect(answer.choices[0]).toMatchObject({ message: { role: 'assistant', content: 'Well met.' }, finish_reason: 'stop' });
  // Ten characters, and the token that ends the answer.
  expect(answer.usage).toEqual({ prompt_tokens: promptTokens, completion_tokens: 11, total_tokens: 30 });
  expect(model.sampled).toEqual([{ temperature: 0, topP: 0.95, seed: 3 }]);
  expect(await health()).toMatchObject({ status: 'ok', model: 'tiny', requests: 1, running: 0, promptTokens, generatedTokens: 11, engine: { input: promptTokens, output: 11 } });
});

test('a stream: a chunk a token, with the count so far, and the last chunk with all of it', async () => {
  const { openai } = await serve(new Script(' abc'));
  const stream = await openai.chat.completions.create({ model: 'tiny', messages, max_tokens: 3, stream: true, stream_options: { include_usage: true, continuous_usage_stats: true } as never });
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  expect(chunks.map(({ choices, usage }) => [choices[0]?.delta.content, choices[0]?.finish_reason, usage?.completion_tokens])).toEqual([
    ['', null, 1],
    ['a', null, 2],
    ['b', 'length', 3],
    [undefined, undefined, 3],
  ]);
  expect(chunks[0]!.choices[0]!.delta.role).toBe('assistant');
});

test('a stream says of its usage what it is asked for', async () => {
  const { openai } = await serve(new Script('ab'));
  const usages = async (stream_options: object | undefined): Promise<unknown[]> => {
    const all = [];
    for await (const chunk of await openai.chat.completions.create({ model: 'tiny', messages, stream: true, max_tokens: 1, ...(stream_options && { stream_options }) })) all.push('usage' in chunk ? (chunk.usage?.completion_tokens ?? null) : undefined);
    return all;
  };
  expect(await usages(undefined)).toEqual([undefined]);
  expect(await usages({ include_usage: true })).toEqual([null, 1]);
});

test('the answer is over where the model begins to speak for the user, or says a word of the caller', async () => {
  const { openai } = await serve(new Script(' One.\nUser: Two.'));
  const said = async (more: object): Promise<unknown> => (await openai.chat.completions.create({ model: 'tiny', messages, ...more })).choices[0];
  expect(await said({})).toMatchObject({ message: { content: 'One.' }, finish_reason: 'stop' });
  expect(await said({ stop: 'e.' })).toMatchObject({ message: { content: 'On' }, finish_reason: 'stop' });
  expect(await said({ stop: ['x', '.'] })).toMatchObject({ message: { content: 'One' }, finish_reason: 'stop' });
});

test('a conversation is a transcript', async () => {
  const model = new Script('x');
  const { openai } = await serve(model);
  await openai.chat.completions.create({ model: 'tiny', messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: [{ type: 'text', text: 'Hel' }, { type: 'text', text: 'lo' }] }, { role: 'assistant', content: 'Hi.' }, ...messages] });
  expect(model.prompts).toEqual(['Be brief.\n\nUser: Hello\nAssistant: Hi.\nUser: hi\nAssistant:']);
});

test('who leaves stops the model, streamed or whole', async () => {
  for (const stream of [true, false]) {
    const model = new Script('x'.repeat(50), new Promise(() => {}));
    const { openai, health } = await serve(model);
    const leaving = new AbortController();
    const call = openai.chat.completions.create({ model: 'tiny', messages, stream, max_tokens: 50 }, { signal: leaving.signal }).catch(() => undefined);
    await vi.waitFor(() => expect(model.made).toBe(4));
    expect((await health()).running).toBe(1);
    leaving.abort();
    await call;
    await vi.waitFor(async () => expect(await health()).toMatchObject({ running: 0, generatedTokens: 4 }));
  }
});

test.each([
  ['another model', { model: 'huge' }, 'model', 'this server has the model tiny, not "huge"'],
  ['no messages', { messages: [] }, 'messages', 'at least one message'],
  ['a tool', { messages: [{ role: 'tool', content: 'x' }] }, 'messages', 'messages[0].role must be'],
  ['a picture', { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:' } }] }] }, 'messages', 'parts of type text only'],
  ['no tokens at all', { max_tokens: 0 }, 'max_tokens', 'a whole number from 1'],
  ['half a token', { max_completion_tokens: 1.5 }, 'max_completion_tokens', 'a whole number'],
  ['heat', { temperature: 2.1 }, 'temperature', 'from 0 to 2, not 2.1'],
  ['an empty stop', { stop: [''] }, 'stop', 'none of them empty'],
  ['five stops', { stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop', 'at most 4'],
  ['two answers', { n: 2 }, 'n', 'n is not done by this server'],
  ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }, 'tools', 'tools is not done'],
  ['JSON', { response_format: { type: 'json_object' } }, 'response_format', 'response_format is not done'],
  ['logprobs', { logprobs: true }, 'logprobs', 'logprobs is not done'],
  ['a prompt as long as the context', { messages: [{ role: 'user', content: 'x'.repeat(83) }] }, 'messages', 'the prompt has 100 tokens, and the model takes 100 with its answer'],
])('%s is refused with what is wrong', async (_what, more, param, message) => {
  const { openai } = await serve(new Script('x'));
  const refused = openai.chat.completions.create({ model: 'tiny', messages, ...more } as never);
  await expect(refused).rejects.toThrow(OpenAI.BadRequestError);
  await expect(refused).rejects.toMatchObject({ param, error: { message: expect.stringContaining(message) } });
});

test('one token less than the context leaves room for one token', async () => {
  const { openai } = await serve(new Script('xyz'));
  const answer = await openai.chat.completions.create({ model: 'tiny', messages: [{ role: 'user', content: 'x'.repeat(82) }] });
  expect(answer).toMatchObject({ choices: [{ finish_reason: 'length' }], usage: { prompt_tokens: 99, completion_tokens: 1 } });
});

test('what asks for nothing beyond the usual is let through; what is no JSON and what is not here is refused', async () => {
  const { openai, origin } = await serve(new Script('x'));
  const usual = { n: 1, logprobs: false, tools: [], presence_penalty: 0, frequency_penalty: 0, logit_bias: {}, response_format: { type: 'text' as const }, stop: null };
  expect((await openai.chat.completions.create({ model: 'tiny', messages, ...usual })).choices[0]!.message.content).toBe('x');
  expect((await openai.models.list()).data).toMatchObject([{ id: 'tiny', created: 1_700_000_000 }]);
  expect((await fetch(`${origin}/v1/chat/completions`, { method: 'POST', body: '[' })).status).toBe(400);
  expect((await fetch(`${origin}/v1/embeddings`, { method: 'POST', body: '{}' })).status).toBe(404);
});

test('a model that fails is told outside as no more than that: as a status, or in the middle of a stream', async () => {
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => told.mockRestore());
  const failing = (after: number): TextModel => ({
    contextTokensMax: 100,
    tokensOf: () => [1],
    counted: () => ({ input: 0, output: 0 }),
    async *goOn() {
      for (let i = 0; i < after; i++) yield { text: 'x', isEnd: false };
      throw new Error('inner secret');
    },
  });
  const body = JSON.stringify({ model: 'tiny', messages, stream: true });
  const [whole, middle] = [await serve(failing(0)), await serve(failing(2))];
  const status = await fetch(`${whole.origin}/v1/chat/completions`, { method: 'POST', body });
  expect([status.status, await status.json()]).toEqual([500, { error: { message: 'the model failed', type: 'server_error', param: null, code: 'model_failed' } }]);
  const text = await (await fetch(`${middle.origin}/v1/chat/completions`, { method: 'POST', body })).text();
  expect(text.split('\n\n').slice(2)).toEqual(['data: {"error":{"message":"the model failed","type":"server_error","param":null,"code":"model_failed"}}', '']);
  expect(told.mock.calls.join('')).toContain('inner secret');
});
