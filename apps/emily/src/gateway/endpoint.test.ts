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

test.each(['/v1/completions', '/v1/embeddings'])('%s asks the engine at the same address, and what it finds wrong is told', async (path) => {
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
