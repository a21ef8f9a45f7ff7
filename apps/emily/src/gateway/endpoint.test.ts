import { setImmediate } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { doneEvent, scriptedEngine, type Script } from './testing/scripted-engine.ts';
import { stand } from './testing/stand.ts';

/* What the endpoints beside chat have of their own; what all have in common is tested with chat. */

const answer = (json: string): Script => (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(json);

const VECTOR = [0.25, -1.5, 3];
const IN_BASE64 = Buffer.from(Float32Array.from(VECTOR).buffer).toString('base64');
const embedded = (embedding: string): string => `{ "object":"list", "data":[{"object":"embedding","index":0,"embedding":${embedding}}],"big":12345678901234567890, "usage":{"prompt_tokens":4,"total_tokens":4}}`;
const embedding = { model: 'tiny', input: 'how deep' };

test('lists of an engine that knows no base64 are put into it, and every other byte stays', async () => {
  const house = await stand(await scriptedEngine(answer(embedded(JSON.stringify(VECTOR)))));
  const { body } = await house.post('/v1/embeddings', { ...embedding, encoding_format: 'base64' });
  expect(await body.text()).toBe(embedded(`"${IN_BASE64}"`));
  // An engine that only reads may leave out that it wrote nothing.
  expect(house.finished()).toMatchObject([{ outcome: 'completed', provenance: 'engine-final', units: { requests: 1, inputTokens: 4, outputTokens: 0 } }]);
});

test.each([
  ['lists that were asked for', {}, JSON.stringify(VECTOR)],
  ['what is in base64 already', { encoding_format: 'base64' }, `"${IN_BASE64}"`],
  ['what is no embedding', { encoding_format: 'base64' }, '[1,"two"]'],
])('%s pass as they came', async (_what, more, value) => {
  const engine = await scriptedEngine(answer(embedded(value)));
  const house = await stand(engine);
  const { body } = await house.post('/v1/embeddings', { ...embedding, ...more, stream: true });
  expect(await body.text()).toBe(embedded(value));
  // It is no stream, whatever the member says, and the engine gets what the client wrote.
  expect(engine.asked).toEqual([JSON.stringify({ ...embedding, ...more, stream: true })]);
});

const counted = (text: string, output: number): string => `data: {"choices":[{"index":0,"text":"${text}"}],"usage":{"prompt_tokens":4,"completion_tokens":${output}}}\n\n`;
const last = 'data: {"choices":[],"usage":{"prompt_tokens":4,"completion_tokens":2}}\n\n';
const completion = { model: 'tiny', prompt: 'how deep', stream: true };

test('the stream of a completion, cut between any two bytes: its counts are ours, its text is the client\'s', async () => {
  const stream = Buffer.from(counted('very', 1) + counted(' deep', 2) + last + doneEvent);
  let at = 0;
  const engine = await scriptedEngine(async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(stream.subarray(0, at));
    await setImmediate();
    response.end(stream.subarray(at));
  });
  const house = await stand(engine);
  for (at = 1; at < stream.length; at += 1) {
    const { body } = await house.post('/v1/completions', completion);
    expect(await body.text()).toBe(`data: {"choices":[{"index":0,"text":"very"}]}\n\ndata: {"choices":[{"index":0,"text":" deep"}]}\n\n${doneEvent}`);
  }
  expect(JSON.parse(engine.asked[0] ?? '')).toEqual({ ...completion, stream_options: { include_usage: true, continuous_usage_stats: true } });
  await vi.waitFor(() => expect(house.finished()).toHaveLength(stream.length - 1));
  for (const { outcome, provenance, units } of house.finished()) expect([outcome, provenance, units.inputTokens, units.outputTokens]).toEqual(['completed', 'engine-final', 4, 2]);
});

const event = (type: string, more: object = {}): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
const delta = event('response.output_text.delta', { delta: 'very' });
const done = event('response.completed', { response: { usage: { input_tokens: 4, input_tokens_details: { cached_tokens: 3 }, output_tokens: 2 } } });
const asked = { model: 'tiny', input: 'how deep', stream: true };

test('the stream of a response, cut between any two bytes, passes as it is; its last event leaves when the end is recorded', async () => {
  const stream = Buffer.from(`: begins\n\n${delta}${done}`);
  let at = 0;
  const engine = await scriptedEngine(async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(stream.subarray(0, at));
    await setImmediate();
    response.end(Buffer.concat([stream.subarray(at), Buffer.from(event('after'))]));
  });
  const house = await stand(engine);
  for (at = 1; at < stream.length; at += 1) {
    const { body } = await house.post('/v1/responses', asked);
    expect(await body.text()).toBe(stream.toString());
    expect(house.finished()).toHaveLength(at);
  }
  // Left out it would be on, and the engine would keep what was said.
  expect(engine.asked[0]).toBe('{"model":"tiny","input":"how deep","stream":true,"store":false}');
  for (const { outcome, provenance, units } of house.finished()) expect([outcome, provenance, units]).toEqual(['completed', 'engine-final', { requests: 1, inputTokens: 4, cachedInputTokens: 3, outputTokens: 2 }]);
});

test.each([
  ['fails', event('response.failed', { response: { error: { message: 'secret' } } })],
  ['reports an error', event('error', { message: 'secret' })],
  ['breaks off', ''],
])('a response of an engine that %s is free, and what it says is for us', async (_how, end) => {
  const house = await stand(await scriptedEngine((response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(delta + end)));
  const text = await (await house.post('/v1/responses', asked)).body.text();
  expect(text.startsWith(delta)).toBe(true);
  expect(text).toContain('"code":"engine_failed"');
  expect(text).not.toContain('secret');
  expect(house.finished()).toMatchObject([{ outcome: 'failed', units: { requests: 0, inputTokens: 0, outputTokens: 0 } }]);
});

test('and so is a whole one that failed', async () => {
  const house = await stand(await scriptedEngine(answer('{"status":"failed","error":{"message":"secret"},"usage":{"input_tokens":4,"output_tokens":2}}')));
  const { statusCode, body } = await house.post('/v1/responses', { model: 'tiny', input: 'x' });
  expect([statusCode, await body.text()]).toEqual([502, expect.not.stringContaining('secret')]);
  expect(house.finished()).toMatchObject([{ outcome: 'failed', units: { requests: 0 } }]);
});

test.each([['store', true], ['store', 'yes'], ['previous_response_id', 'resp-1'], ['conversation', 'c'], ['background', true]])('%s: %j would make the engine keep what was said, and is refused', async (member, value) => {
  const engine = await scriptedEngine(answer('{}'));
  const house = await stand(engine);
  const { statusCode, body } = await house.post('/v1/responses', { ...asked, [member]: value });
  expect([statusCode, await body.json()]).toMatchObject([400, { error: { code: 'invalid_member', param: member } }]);
  expect(engine.asked).toEqual([]);
});

test('one body under one key at two addresses is two requests, and the second is refused', async () => {
  const house = await stand(await scriptedEngine(answer('{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}')));
  const body = { model: 'tiny', prompt: 'x', input: 'x', messages: [] };
  const statuses: number[] = [];
  for (const path of ['/v1/completions', '/v1/completions', '/v1/embeddings', '/v1/chat/completions']) {
    const response = await house.post(path, body, { 'idempotency-key': 'one' });
    await response.body.dump();
    statuses.push(response.statusCode);
  }
  expect(statuses).toEqual([200, 200, 422, 422]);
  expect(house.finished()).toHaveLength(1);
});

test.each(['/v1/completions', '/v1/embeddings', '/v1/responses'])('%s asks the engine at the same address, and what it finds wrong is told', async (path) => {
  const paths: (string | undefined)[] = [];
  const engine = await scriptedEngine((response, _body, request) => {
    paths.push(request.url);
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"too long"}}');
  });
  const house = await stand(engine);
  const { statusCode, body } = await house.post(path, { model: 'tiny', prompt: 'x', input: 'x' });
  expect([statusCode, await body.json()]).toMatchObject([400, { error: { code: 'engine_rejected', message: expect.stringContaining('too long') } }]);
  expect(paths).toEqual([path]);
  expect(house.finished()).toMatchObject([{ outcome: 'failed', units: { requests: 0, inputTokens: 0 } }]);
});
