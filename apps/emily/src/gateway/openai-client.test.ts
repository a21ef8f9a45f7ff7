import fastify from 'fastify';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AccountDesk } from '../account/account-desk.ts';
import { Accounts } from '../account/accounts.ts';
import { epochMs, modelId, priceId, tenantId } from '../domain/names.ts';
import { fixedCatalog } from '../domain/model-catalog.ts';
import { Fleet } from '../fleet/fleet.ts';
import { noLatency, simulatedDriver } from '../fleet/simulated-driver.ts';
import { systemClock } from './clock.ts';
import { gateway } from './gateway.ts';
import { Numbering } from './numbering.ts';
import { serverOptions } from './server-options.ts';
import { HandLog } from './testing/hand-log.ts';

/* The stock client, unmodified, against the gateway with real accounts and a real replica process. */

const model = modelId('sim-small');
const now = systemClock.now;
const log = new HandLog();
const fleet = new Fleet({ driver: simulatedDriver({ seed: 7, latency: noLatency }), models: [model], replicasPerModel: 1 });
const app = fastify(serverOptions);
let openai: OpenAI;

beforeAll(async () => {
  const accounts = new Accounts(now);
  const desk = new AccountDesk(accounts, { append: async () => {} }, now);
  await desk.createTenant(tenantId('ada'), 'Ada');
  const key = await desk.createKey({ tenant: tenantId('ada'), name: 'test', scopes: ['infer'] });
  await app.register(gateway({
    accounts,
    fleet,
    models: fixedCatalog([{ id: model, owner: 'operator', createdAt: epochMs(1_700_000_000_000), description: 'simulated' }]),
    priceInForce: () => priceId('launch-1'),
    usageLog: log,
    numbering: new Numbering('gateway-1', 1),
    finishedKeys: { get: () => undefined },
  }));
  openai = new OpenAI({ apiKey: key.text, baseURL: `${await app.listen({ port: 0, host: '127.0.0.1' })}/v1`, maxRetries: 0 });
  await fleet.ready();
});

afterAll(async () => {
  await app.close();
  await fleet.stop();
});

const messages = [{ role: 'user' as const, content: 'how deep is the mill pond' }];
const lastFinished = () => log.facts.findLast((fact) => fact.kind === 'finished');

test('lists the models, and shows one', async () => {
  const { data } = await openai.models.list();
  expect(data.map(({ id }) => id)).toEqual(['sim-small']);
  expect(await openai.models.retrieve('sim-small')).toMatchObject({ id: 'sim-small', object: 'model' });
});

test('answers a chat, with as many words as were asked for, and records what the engine counted', async () => {
  const answer = await openai.chat.completions.create({ model, messages, max_tokens: 20, user: 'u-1' });
  expect(answer.choices[0]!.message.content!.split(' ')).toHaveLength(20);
  expect(answer.usage).toEqual({ prompt_tokens: 6, completion_tokens: 20, total_tokens: 26 });
  expect(lastFinished()).toMatchObject({
    tenant: 'ada',
    user: 'u-1',
    model,
    outcome: 'completed',
    provenance: 'engine-final',
    units: { requests: 1, inputTokens: 6, cachedInputTokens: 0, outputTokens: 20 },
  });
});

test('streams a chat without a word about usage to a client that did not ask, and records it exactly', async () => {
  const stream = await openai.chat.completions.create({ model, messages, max_tokens: 100, stream: true });
  const chunks = await all(stream);
  expect(textOf(chunks).split(' ')).toHaveLength(100);
  expect(chunks.filter((chunk) => 'usage' in chunk)).toEqual([]);
  expect(chunks.every(({ choices }) => choices.length === 1)).toBe(true);
  expect(lastFinished()).toMatchObject({ outcome: 'completed', provenance: 'engine-final', units: { inputTokens: 6, outputTokens: 100 } });
});

test('streams a chat with the usage at its end to a client that asks for it', async () => {
  const stream = await openai.chat.completions.create({
    model, messages, max_tokens: 100, stream: true, stream_options: { include_usage: true },
  });
  const chunks = await all(stream);
  expect(textOf(chunks).split(' ')).toHaveLength(100);
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 6, completion_tokens: 100, total_tokens: 106 } });
  expect(chunks.slice(0, -1).map(({ usage }) => usage)).toEqual(chunks.slice(0, -1).map(() => null));
});

test("the client's own stream helper puts the answer together", async () => {
  const runner = openai.chat.completions.stream({ model, messages, max_tokens: 12, stream_options: { include_usage: true } });
  expect((await runner.finalContent())?.split(' ')).toHaveLength(12);
  expect(await runner.totalUsage()).toMatchObject({ completion_tokens: 12 });
});

test('errors arrive as the errors that the client knows', async () => {
  const unknown = openai.chat.completions.create({ model: 'nobody', messages });
  await expect(unknown).rejects.toThrow(OpenAI.NotFoundError);
  await expect(unknown).rejects.toMatchObject({ status: 404, code: 'model_not_found', param: 'model', type: 'invalid_request_error' });
  const stranger = new OpenAI({ apiKey: 'em_wrong', baseURL: openai.baseURL, maxRetries: 0 });
  await expect(stranger.models.list()).rejects.toThrow(OpenAI.AuthenticationError);
});

test('an idempotency key gives the same answer again, once charged', async () => {
  const options = { idempotencyKey: 'once', headers: { 'idempotency-key': 'once' } };
  const [first, second] = [
    await openai.chat.completions.create({ model, messages }, options),
    await openai.chat.completions.create({ model, messages }, options),
  ];
  expect(second).toEqual(first);
  expect(log.facts.filter((fact) => fact.kind === 'finished' && fact.idempotencyKey === 'once')).toHaveLength(1);
});

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

const textOf = (chunks: readonly OpenAI.ChatCompletionChunk[]): string =>
  chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');

test('completes texts: several prompts, several answers to each, an echo, a stream', async () => {
  const several = await openai.completions.create({ model, prompt: ['how deep', 'is the mill pond'], n: 2, max_tokens: 5, echo: true });
  expect(several.choices.map(({ index, text }) => [index, text.split(' ').length])).toEqual([[0, 7], [1, 7], [2, 9], [3, 9]]);
  expect(several.choices[3]?.text.startsWith('is the mill pond ')).toBe(true);
  expect(several.usage).toEqual({ prompt_tokens: 6, completion_tokens: 20, total_tokens: 26 });
  expect(lastFinished()).toMatchObject({ outcome: 'completed', provenance: 'engine-final', units: { requests: 1, inputTokens: 6, outputTokens: 20 } });
  let text = '';
  for await (const chunk of await openai.completions.create({ model, prompt: 'how deep', max_tokens: 40, stream: true })) {
    expect(chunk).not.toHaveProperty('usage');
    text += chunk.choices[0]?.text ?? '';
  }
  expect(text.split(' ')).toHaveLength(40);
  expect(lastFinished()).toMatchObject({ outcome: 'completed', provenance: 'engine-final', units: { inputTokens: 2, outputTokens: 40 } });
});

test('embeds: the client asks for base64 without telling, and for lists where it is told to', async () => {
  const input = ['how deep', 'is the mill pond'];
  const silent = await openai.embeddings.create({ model, input, dimensions: 8 });
  expect(lastFinished()).toMatchObject({ outcome: 'completed', provenance: 'engine-final', units: { requests: 1, inputTokens: 6, outputTokens: 0 } });
  const told = await openai.embeddings.create({ model, input, dimensions: 8, encoding_format: 'float' });
  expect(silent.data.map(({ embedding }) => embedding.length)).toEqual([8, 8]);
  expect(silent.data.map(({ embedding }) => embedding.map(Math.fround))).toEqual(told.data.map(({ embedding }) => embedding.map(Math.fround)));
  expect(told.usage).toEqual({ prompt_tokens: 6, total_tokens: 6 });
});

test('responds: whole, in events, and by the helper for streams; what an engine would keep is refused', async () => {
  const whole = await openai.responses.create({ model, input: 'is the mill pond', instructions: 'how deep', max_output_tokens: 9 });
  expect(whole.output_text.split(' ')).toHaveLength(9);
  expect(whole).toMatchObject({ status: 'incomplete', store: false });
  expect(lastFinished()).toMatchObject({ outcome: 'completed', provenance: 'engine-final', units: { requests: 1, inputTokens: 6, outputTokens: 9 } });
  const types: string[] = [];
  for await (const event of await openai.responses.create({ model, input: [{ role: 'user', content: 'how deep' }], stream: true })) types.push(event.type);
  expect([types[0], types.at(-1)]).toEqual(['response.created', 'response.completed']);
  const helper = openai.responses.stream({ model, input: 'how deep' });
  let text = '';
  for await (const event of helper) if (event.type === 'response.output_text.delta') text += event.delta;
  const final = await helper.finalResponse();
  expect(final.output_text).toBe(text);
  expect(lastFinished()).toMatchObject({ outcome: 'completed', provenance: 'engine-final', units: { inputTokens: 2, outputTokens: final.usage?.output_tokens } });
  await expect(openai.responses.create({ model, input: 'x', store: true })).rejects.toMatchObject({ status: 400, code: 'invalid_member', param: 'store' });
  await expect(openai.responses.create({ model, input: 'x', previous_response_id: 'resp-1' })).rejects.toMatchObject({ status: 400, param: 'previous_response_id' });
});
