import { expect, onTestFinished, test } from 'vitest';
import { replay, streamShareDefault, type ReplayOptions } from './replay.ts';
import { LeapingClock } from './testing/leaping-clock.ts';
import { answerJson, answerStream, startLocalServer, type Call } from './testing/local-server.ts';
import { memoryTrace } from './testing/memory-trace.ts';
import { syntheticKeys, syntheticModels } from './testing/synthetic-keys.ts';
import { assign } from './assign.ts';

const start = Date.UTC(2023, 10, 16);
const everySecond = (rows: number): number[] => Array.from({ length: rows }, (_, row) => start + row * 1_000);

type Answering = Parameters<typeof startLocalServer>[0];
const takeIt: Answering = ({ body }, response) =>
  body.includes('"stream":true') ? answerStream(response, 3) : answerJson(response, 200, { object: 'chat.completion' });

const jsonLines = ({ body }: Call): Record<string, unknown>[] => body.trimEnd().split('\n').map((line) => JSON.parse(line));

const streamed = (bodies: readonly Record<string, unknown>[]): number => bodies.filter(({ stream }) => stream === true).length;

/** Replays against a real server that answers so, and remembers what it was asked. */
async function replayTo(answer: Answering, options: Partial<ReplayOptions> = {}) {
  const calls: Call[] = [];
  const server = await startLocalServer((call, response) => {
    calls.push(call);
    answer(call, response);
  });
  onTestFinished(server.close);
  const result = await replay({
    trace: memoryTrace(everySecond(10)), speed: 'max', via: 'gateway', target: server.url,
    keys: syntheticKeys, adminKey: 'the-admin-key', secret: 'of this run', modelIds: syntheticModels,
    isDone: () => false, maxInFlight: 1, maxSpanMs: 60_000, clock: new LeapingClock(),
    signal: new AbortController().signal, ...options,
  }).catch((error: Error) => error);
  return { calls, result, bodies: calls.flatMap(jsonLines) };
}

test('every row becomes a chat completion at its own time, with a key that names trace and row', async () => {
  const { calls, bodies, result } = await replayTo(takeIt, { streamShare: 0 });
  expect(result).toEqual({ rows: 10, sent: 10, skipped: 0, retries: 0, seconds: 0 });
  const { tenant, user, model } = assign(7, 4, syntheticModels);
  expect(calls[4]).toMatchObject({
    path: '/v1/chat/completions',
    headers: {
      'authorization': `Bearer key-of-${tenant}`,
      'content-type': 'application/json',
      'x-replay-time': String(start + 4_000),
      'x-replay-secret': 'of this run',
      'idempotency-key': '0123456789ab:4',
    },
  });
  expect(bodies[4]).toEqual({ model, user, max_tokens: 3, messages: [{ role: 'user', content: expect.any(String) }] });
  expect(calls.map(({ headers }) => headers['idempotency-key'])).toEqual(
    Array.from({ length: 10 }, (_, row) => `0123456789ab:${row}`),
  );
});

test('a prompt of n input tokens has n words', async () => {
  const { bodies } = await replayTo(takeIt);
  const prompts = bodies.map(({ messages }) => (messages as { content: string }[])[0]!.content);
  expect(prompts.map((prompt) => prompt.split(/\s+/).length)).toEqual([3, 4, 5, 6, 7, 3, 4, 5, 6, 7]);
});

test('one row in twenty asks for a stream, and always the same rows', async () => {
  const trace = memoryTrace(everySecond(2_000));
  const first = await replayTo(takeIt, { trace, maxInFlight: 64, maxSpanMs: Infinity });
  expect(streamed(first.bodies) / 2_000).toBeCloseTo(streamShareDefault, 1);
  const second = await replayTo(takeIt, { trace, maxInFlight: 64, maxSpanMs: Infinity });
  expect(second.calls.map(({ body }) => body).sort()).toEqual(first.calls.map(({ body }) => body).sort());
  expect(streamed((await replayTo(takeIt, { streamShare: 1 })).bodies)).toBe(10);
});

test('a stream that ends without [DONE] is sent again with the same key', async () => {
  let streams = 0;
  const { calls, result } = await replayTo((_, response) => {
    if (++streams > 2) return answerStream(response, 3);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"choices":[]}\n\n');
    if (streams === 1) response.end('data: {"error":{"message":"the engine is gone"}}\n\n');
    else response.destroy();
  }, { trace: memoryTrace([start]), streamShare: 1 });
  expect(result).toMatchObject({ sent: 1, retries: 2 });
  expect(calls.map(({ headers }) => headers['idempotency-key'])).toEqual(new Array(3).fill('0123456789ab:0'));
});

test('a row whose earlier answer was lost and is no longer kept is done: the gateway has metered it', async () => {
  const { calls, result } = await replayTo((_, response) => answerJson(
    response, 409, { error: { message: 'answered', code: 'idempotency_answer_expired' } }, { 'x-should-retry': 'false' },
  ));
  expect(result).toMatchObject({ sent: 10, retries: 0 });
  expect(calls).toHaveLength(10);
});

test('an answer that will not change stops the replay with the row and the answer', async () => {
  const { calls, result } = await replayTo(({ headers }, response) => {
    if (headers['idempotency-key'] !== '0123456789ab:3') return answerJson(response, 200, {});
    return answerJson(response, 403, { error: { message: 'x-replay-time needs --replay' } });
  }, { streamShare: 0 });
  expect(result).toMatchObject({
    code: 'REPLAY_STOPPED',
    message: 'row 3 of the replay (0123456789ab:3) was not taken after 1 attempt: 403 {"error":{"message":"x-replay-time needs --replay"}}',
  });
  expect(calls).toHaveLength(4);
});

test('a server that is not there stops the replay after its attempts', async () => {
  const server = await startLocalServer(takeIt);
  await server.close();
  const clock = new LeapingClock();
  const { result } = await replayTo(takeIt, { target: server.url, clock });
  expect(result).toMatchObject({ message: expect.stringMatching(/^row 0 of .* after 10 attempts: no answer \(ECONNREFUSED\)/) });
  expect(clock.sleeps).toHaveLength(9);
});

test('rows that an earlier run got in are not sent again, and count as done', async () => {
  const seen: number[] = [];
  const { calls, result } = await replayTo(takeIt, {
    isDone: (key) => Number(key.split(':')[1]) < 7,
    onProgress: ({ done, total }) => seen.push(done / total),
  });
  expect(result).toMatchObject({ rows: 10, skipped: 7, sent: 3 });
  expect(calls.map(({ headers }) => headers['x-replay-time'])).toEqual([7, 8, 9].map((second) => String(start + second * 1_000)));
  expect(seen).toEqual([0.8, 0.9, 1, 1]);
});

test('at speed n the rows go out n times as fast as they came, counted from the first one that is sent', async () => {
  const clock = new LeapingClock();
  const { result } = await replayTo(takeIt, { clock, speed: 10, isDone: (key) => key.endsWith(':0') });
  expect(result).toMatchObject({ sent: 9, seconds: 0.8 });
  expect(clock.sleeps).toEqual(new Array(8).fill(100));
});

test('a row as far back as the span is sent, one a millisecond further back is refused by its number', async () => {
  expect((await replayTo(takeIt, { trace: memoryTrace([start + 60_000, start]) })).result).toMatchObject({ sent: 2 });
  expect((await replayTo(takeIt, { trace: memoryTrace([start + 60_000, start - 1]) })).result).toMatchObject({
    code: 'TRACE_OUT_OF_ORDER', data: { row: 1, backMs: 60_001, maxSpanMs: 60_000 },
  });
});

test('an abort ends the replay with its reason, in the middle of a request too', async () => {
  const stop = new AbortController();
  const { calls, result } = await replayTo(() => stop.abort(new Error('Ctrl-C')), { signal: stop.signal });
  expect(result).toMatchObject({ message: 'Ctrl-C' });
  expect(calls).toHaveLength(1);
  expect((await replayTo(takeIt, { signal: stop.signal })).calls).toHaveLength(0);
});

test('a tenant without a key, and a speed of 0, are refused before the first request', async () => {
  expect((await replayTo(takeIt, { keys: new Map() })).result).toMatchObject({ message: 'no API key for the synthetic tenant aurora-labs' });
  expect((await replayTo(takeIt, { speed: 0 })).result).toMatchObject({ message: expect.stringContaining('a speed of 0') });
});

test('by ingest the rows are CloudEvents in batches of 500, each acknowledged before the next is sent', async () => {
  const trace = memoryTrace(everySecond(1_201));
  const { calls, result } = await replayTo((_, response) => answerJson(response, 202, {}), { via: 'ingest', trace, maxSpanMs: 0 });
  const batches = calls.map(jsonLines);
  expect(result).toMatchObject({ rows: 1_201, sent: 1_201 });
  expect(batches.map(({ length }) => length)).toEqual([500, 500, 201]);
  expect(batches.flat().map(({ id }) => id)).toEqual(Array.from({ length: 1_201 }, (_, row) => `0123456789ab:${row}`));
  expect(calls[0]).toMatchObject({
    path: '/v1/events',
    headers: { 'authorization': 'Bearer the-admin-key', 'content-type': 'application/x-ndjson', 'x-replay-secret': 'of this run' },
  });
  const { tenant, user, model } = assign(7, 1, syntheticModels);
  expect(batches[0]![1]).toEqual({
    specversion: '1.0', id: '0123456789ab:1', source: 'replay', type: 'usage', subject: user,
    time: '2023-11-16T00:00:01.000Z',
    data: { model, tenant, requests: 1, inputTokens: 4, cachedInputTokens: 1, outputTokens: 3 },
  });
});

test('by ingest a batch that was not acknowledged is sent again, and what was is not', async () => {
  let batches = 0;
  const { calls, result } = await replayTo(
    (_, response) => answerJson(response, ++batches === 1 ? 503 : 202, {}),
    { via: 'ingest', isDone: (key) => key.endsWith(':0') },
  );
  expect(result).toMatchObject({ sent: 9, skipped: 1, retries: 1 });
  expect(calls[0]).toEqual(calls[1]);
});

test('by ingest no row waits in a half-filled batch while the next one is not due', async () => {
  const { calls } = await replayTo((_, response) => answerJson(response, 202, {}), { via: 'ingest', speed: 1 });
  expect(calls).toHaveLength(10);
});
