import { expect, test, vi } from 'vitest';
import type { KeyUse } from './idempotency.ts';
import { answerWhole, beginStream, chunkEvent, doneEvent, scriptedEngine, usageEvent } from './testing/scripted-engine.ts';
import { RawClient } from './testing/raw-client.ts';
import { hello, helloStreamed, stand } from './testing/stand.ts';

const once = { 'idempotency-key': 'once' };

test('the same call again: the kept answer, byte for byte, free, and marked as repeated', async () => {
  const engine = await scriptedEngine((response) => answerWhole(response));
  const house = await stand(engine);
  const first = await house.chat(hello, once);
  const second = await house.chat(hello, once);
  expect(await second.body.text()).toBe(await first.body.text());
  expect(second.headers['idempotent-replayed']).toBe('true');
  expect(first.headers['idempotent-replayed']).toBeUndefined();
  expect(second.headers['x-request-id']).toBe(first.headers['x-request-id']);
  expect(engine.asked).toHaveLength(1);
  expect(house.log.facts.map(({ kind }) => kind)).toEqual(['admitted', 'finished']);
  expect(house.finished()[0]).toMatchObject({ idempotencyKey: 'once', bodyHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test('the same key in another project is another call, whose facts say which', async () => {
  const engine = await scriptedEngine((response) => answerWhole(response));
  const house = await stand(engine);
  const inProject = { ...once, authorization: 'Bearer ada-web' };
  for (const headers of [once, inProject, inProject]) await (await house.chat(hello, headers)).body.dump();
  expect(engine.asked).toHaveLength(2);
  expect(house.finished().map(({ key, project }) => [key, project])).toEqual([['key-of-ada', undefined], ['key-of-ada-web', 'web']]);
  expect(house.admitted().map(({ project }) => project)).toEqual([undefined, 'web']);
});

test('a stream again: from its first byte to `[DONE]`', async () => {
  const engine = await scriptedEngine((response) => {
    beginStream(response);
    response.end(chunkEvent('flow', { input: 5, output: 1 }) + usageEvent(5, 1) + doneEvent);
  });
  const house = await stand(engine);
  const first = await (await house.chat(helloStreamed, once)).body.text();
  const second = await house.chat(helloStreamed, once);
  expect(second.headers['content-type']).toMatch(/^text\/event-stream/);
  expect(await second.body.text()).toBe(first);
  expect(first).toBe(chunkEvent('flow') + doneEvent);
  expect(engine.asked).toHaveLength(1);
});

test.each([hello, helloStreamed])('the client of a call with a key leaves: the call is made to its end, kept, and repeated to whoever asks', async (body) => {
  const asked = Promise.withResolvers<() => void>();
  const engine = await scriptedEngine((response) => {
    if (body === hello) return asked.resolve(() => answerWhole(response));
    beginStream(response);
    response.write(chunkEvent('as', { input: 7, output: 1 }));
    asked.resolve(() => response.end(chunkEvent(' you say', { input: 7, output: 3 }) + usageEvent(7, 3) + doneEvent));
  });
  const house = await stand(engine);
  const connected = new Promise<void>((resolve) => house.app.server.once('connection', (socket) => socket.once('close', resolve)));
  const client = new RawClient(house.origin).post(body, once);
  const answer = await asked.promise;
  client.leave();
  await connected;
  const again = house.chat(body, once);
  answer();
  expect(await (await again).body.text()).toContain(' you say');
  expect(engine.asked).toHaveLength(1);
  expect(house.finished()).toMatchObject([{ outcome: 'completed', provenance: 'engine-final', units: { requests: 1, inputTokens: 7, outputTokens: 3 } }]);
});

test('an attempt in flight gets the failure of the first as well, and then the key is free', async () => {
  let attempts = 0;
  const engine = await scriptedEngine((response) => {
    if (++attempts > 1) answerWhole(response);
    else setImmediate(() => response.writeHead(500).end());
  });
  const house = await stand(engine);
  const [first, second] = await Promise.all([house.chat(hello, once), house.chat(hello, once)]);
  expect([first.statusCode, second.statusCode]).toEqual([502, 502]);
  await Promise.all([first.body.dump(), second.body.dump()]);
  expect((await house.chat(hello, once)).statusCode).toBe(200);
  expect(house.finished().map(({ outcome }) => outcome)).toEqual(['failed', 'completed']);
});

test('another body under the same key: 422, which no retry cures', async () => {
  const house = await stand(await scriptedEngine((response) => answerWhole(response)));
  await (await house.chat(hello, once)).body.dump();
  const other = await house.chat({ ...hello, temperature: 0 }, once);
  expect(other.statusCode).toBe(422);
  expect(other.headers['x-should-retry']).toBe('false');
  expect(other.headers['x-original-request-id']).toBe(house.finished()[0]!.id);
  expect(await other.body.json()).toMatchObject({ error: { code: 'idempotency_mismatch' } });
});

test('after a restart the answer is gone and the call is known: 409 with its request id, which no retry cures', async () => {
  const engine = await scriptedEngine((response) => answerWhole(response));
  const before = await stand(engine);
  await (await before.chat(hello, once)).body.dump();
  const [{ id, bodyHash, tenant }] = before.finished() as [ReturnType<typeof before.finished>[0]];

  const use: KeyUse = { bodyHash: bodyHash!, requestId: id };
  const after = await stand(engine, { finishedKeys: { get: (whose, key) => (whose === tenant && key === 'once' ? use : undefined) } });
  const answer = await after.chat(hello, once);
  expect(answer.statusCode).toBe(409);
  expect(answer.headers['x-should-retry']).toBe('false');
  expect(answer.headers['x-original-request-id']).toBe(id);
  expect(await answer.body.json()).toMatchObject({ error: { code: 'idempotency_answer_expired', message: expect.stringContaining(id) } });
  expect(engine.asked).toHaveLength(1);
});

test('a refusal before the admission leaves the key free', async () => {
  const engine = await scriptedEngine((response) => answerWhole(response));
  let isUp = false;
  const house = await stand(engine, { fleet: { pick: () => (isUp ? engine : undefined) } });
  expect((await house.chat(hello, once)).statusCode).toBe(503);
  isUp = true;
  expect((await house.chat(hello, once)).statusCode).toBe(200);
});

test.each(['', 'a b', 'x'.repeat(256)])('the key "%s" is refused', async (key) => {
  const house = await stand(await scriptedEngine((response) => answerWhole(response)));
  expect(await (await house.chat(hello, { 'idempotency-key': key })).body.json()).toMatchObject({ error: { code: 'invalid_idempotency_key' } });
});

test('a key belongs to its tenant', async () => {
  const engine = await scriptedEngine((response) => answerWhole(response));
  const house = await stand(engine);
  await (await house.chat(hello, once)).body.dump();
  await (await house.chat(hello, { ...once, authorization: 'Bearer bob' })).body.dump();
  await vi.waitFor(() => expect(house.finished().map(({ tenant, user }) => [tenant, user])).toEqual([['ada', ''], ['bob', 'bob']]));
});
