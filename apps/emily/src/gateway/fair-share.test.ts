import { setTimeout as wait } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import { expect, test, vi } from 'vitest';
import { RawClient } from './testing/raw-client.ts';
import { answerWhole, beginStream, chunkEvent, scriptedEngine } from './testing/scripted-engine.ts';
import { stand, type Stand } from './testing/stand.ts';

type Answered = { readonly status: number; readonly who: string; readonly code: string | undefined; readonly retryAfterMs: string | undefined };

/** An engine that keeps what it is asked until it is told to answer, oldest first. */
async function slow(): Promise<{ readonly engine: Awaited<ReturnType<typeof scriptedEngine>>; readonly answerOne: () => Promise<void>; readonly texts: () => string[] }> {
  const kept: ServerResponse[] = [];
  const engine = await scriptedEngine((response) => void kept.push(response));
  const answerOne = async (): Promise<void> => {
    await vi.waitFor(() => expect(kept).not.toHaveLength(0));
    answerWhole(kept.shift()!);
  };
  return { engine, answerOne, texts: () => engine.asked.map((body) => (JSON.parse(body) as { messages: [{ content: string }] }).messages[0].content) };
}

async function ask({ chat }: Stand, who: 'ada' | 'bob', text: string, headers: Record<string, string> = {}): Promise<Answered> {
  const response = await chat({ model: 'tiny', messages: [{ role: 'user', content: text }] }, { authorization: `Bearer ${who}`, ...headers });
  const body = (await response.body.json()) as { error?: { code: string } };
  return { status: response.statusCode, who, code: body.error?.code, retryAfterMs: response.headers['retry-after-ms'] as string | undefined };
}

const waiting = (house: Stand, open: number) => vi.waitFor(() => expect(house.waitingCalls()).toBe(open));

test('a replica is given so many calls at once, and one tenant of many calls leaves another its turn', async () => {
  const { engine, answerOne, texts } = await slow();
  const house = await stand(engine, { limits: { callsPerReplicaMax: 2 } });
  const flood = Array.from({ length: 6 }, (_, i) => ask(house, 'ada', `ada ${i}`));
  await waiting(house, 4);
  const small = ask(house, 'bob', 'bob 0');
  await waiting(house, 5);
  expect([engine.outstanding, house.admitted().length]).toEqual([2, 2]);
  for (let i = 0; i < 7; i += 1) await answerOne();
  expect((await Promise.all([...flood, small])).map(({ status }) => status)).toEqual(Array.from({ length: 7 }, () => 200));
  // Two were under way, and one more of the flood had its turn when bob came.
  expect(texts().indexOf('bob 0')).toBeLessThanOrEqual(4);
  expect([engine.outstanding, house.waitingCalls(), house.finished().length]).toEqual([0, 0, 7]);
});

test('where too many wait, the newest of whoever has most waiting is refused, and told when to come again', async () => {
  const { engine, answerOne } = await slow();
  const house = await stand(engine, { limits: { callsPerReplicaMax: 1, waitingCallsMax: 3 } });
  const flood = Array.from({ length: 4 }, (_, i) => ask(house, 'ada', `ada ${i}`));
  await waiting(house, 3);
  expect(await ask(house, 'ada', 'one more')).toEqual({ status: 503, who: 'ada', code: 'model_busy', retryAfterMs: '1000' });
  const small = ask(house, 'bob', 'bob 0');
  const pushedOut = await Promise.race(flood);
  expect(pushedOut).toMatchObject({ status: 503, code: 'model_busy' });
  for (let i = 0; i < 4; i += 1) await answerOne();
  expect((await small).status).toBe(200);
  expect((await Promise.all(flood)).filter(({ status }) => status === 200)).toHaveLength(3);
  expect(house.refused().map(({ code, status }) => [code, status])).toEqual([['model_busy', 503], ['model_busy', 503]]);
});

test('who waits too long is refused; nothing was recorded, reserved or priced of it', async () => {
  const { engine, answerOne } = await slow();
  const house = await stand(engine, { limits: { callsPerReplicaMax: 1, waitMsMax: 50 } });
  const first = ask(house, 'ada', 'first');
  await vi.waitFor(() => expect(engine.outstanding).toBe(1));
  expect(await ask(house, 'bob', 'second')).toMatchObject({ status: 503, code: 'model_busy' });
  await answerOne();
  expect((await first).status).toBe(200);
  expect([house.admitted().length, house.waitingCalls(), engine.outstanding]).toEqual([1, 0, 0]);
});

test('who leaves waits no longer, and is never made; a call with a key is', async () => {
  const { engine, answerOne, texts } = await slow();
  const house = await stand(engine, { limits: { callsPerReplicaMax: 1 } });
  const first = ask(house, 'ada', 'first');
  await vi.waitFor(() => expect(engine.outstanding).toBe(1));
  const body = (text: string): object => ({ model: 'tiny', messages: [{ role: 'user', content: text }] });
  const leaver = new RawClient(house.origin).post(body('leaves'), { authorization: 'Bearer bob' });
  const keyed = new RawClient(house.origin).post(body('leaves with a key'), { authorization: 'Bearer bob', 'idempotency-key': 'k-1' });
  await waiting(house, 2);
  leaver.socket.destroy();
  keyed.socket.destroy();
  await waiting(house, 1);
  await answerOne();
  await answerOne();
  expect((await first).status).toBe(200);
  await vi.waitFor(() => expect(house.finished()).toHaveLength(2));
  expect(texts()).toEqual(['first', 'leaves with a key']);
  expect(house.refused()).toMatchObject([{ code: 'client_left' }]);
  expect([engine.outstanding, house.waitingCalls()]).toEqual([0, 0]);
});

test('a stream holds its place to its end, and the gateway that stops lets those that wait have their turn', async () => {
  const kept: ServerResponse[] = [];
  const engine = await scriptedEngine((response, body) => {
    if (!body.includes('"stream":true')) return answerWhole(response);
    beginStream(response);
    response.write(chunkEvent('a', { input: 1, output: 1 }));
    kept.push(response);
  });
  const house = await stand(engine, { limits: { callsPerReplicaMax: 1 } });
  const stream = await house.chat({ model: 'tiny', stream: true, messages: [] });
  const second = ask(house, 'bob', 'second');
  await waiting(house, 1);
  const closed = house.app.close();
  await wait(50);
  expect(house.waitingCalls()).toBe(1);
  kept[0]!.end('data: [DONE]\n\n');
  await stream.body.dump();
  expect((await second).status).toBe(200);
  await closed;
  expect(house.finished()).toHaveLength(2);
});

test('when a replica comes back those that wait go on', async () => {
  const { engine, answerOne } = await slow();
  let there = true;
  const house = await stand(engine, { limits: { callsPerReplicaMax: 1 }, fleet: { pick: () => (there ? engine : undefined) } });
  const first = ask(house, 'ada', 'first');
  await vi.waitFor(() => expect(engine.outstanding).toBe(1));
  const second = ask(house, 'bob', 'second');
  await waiting(house, 1);
  there = false;
  await answerOne();
  expect((await first).status).toBe(200);
  expect(house.waitingCalls()).toBe(1);
  there = true;
  await answerOne();
  expect((await second).status).toBe(200);
});
