import { expect, test, vi } from 'vitest';
import { budgetId, type Charge } from '../domain/budget.ts';
import { pico } from '../domain/money.ts';
import { epochMs } from '../domain/names.ts';
import type { Voided } from '../domain/usage-fact.ts';
import { answerWhole, beginStream, chunkEvent, doneEvent, scriptedEngine, usageEvent, type Script } from './testing/scripted-engine.ts';
import { RawClient } from './testing/raw-client.ts';
import { hello, helloStreamed, stand, type Stand } from './testing/stand.ts';

const attempt = (count: number): Record<string, string> => ({ 'x-stainless-retry-count': `${count}` });
const kinds = (house: Stand): string[] => house.log.facts.map(({ kind }) => kind);
const voided = (house: Stand): Voided[] => house.log.facts.filter((fact): fact is Voided => fact.kind === 'voided');

/** Answers each request with its own number as text. */
function numbering(): Script {
  let next = 0;
  return (response) => answerWhole(response, `answer ${next++}`);
}

/** Posts, and leaves when the engine was asked; resolves when the gateway knows that nobody is there. */
async function leaveAfter(house: Stand, asked: Promise<unknown>, body: object, headers: Record<string, string>): Promise<void> {
  const closed = new Promise<void>((resolve) => house.app.server.once('connection', (socket) => socket.once('close', resolve)));
  const client = new RawClient(house.origin).post(body, headers);
  await asked;
  client.leave();
  await closed;
}

test('a retry of a call that was answered gets the same answer, free, and so does its own retry', async () => {
  const engine = await scriptedEngine(numbering());
  const house = await stand(engine);
  const texts: string[] = [];
  for (const count of [0, 1, 2]) {
    const answer = await house.chat(hello, attempt(count));
    expect(answer.headers['idempotent-replayed']).toBe(count === 0 ? undefined : 'true');
    texts.push(await answer.body.text());
  }
  expect(new Set(texts).size).toBe(1);
  expect(engine.asked).toHaveLength(1);
  expect(house.log.facts).toMatchObject([{ kind: 'admitted', retry: 0 }, { kind: 'finished', retry: 0, bodyHash: expect.stringMatching(/^[0-9a-f]{64}$/), idempotencyKey: null }]);
});

test('a stream is repeated from its first byte to `[DONE]`', async () => {
  const engine = await scriptedEngine((response) => {
    beginStream(response);
    response.end(chunkEvent('flow', { input: 5, output: 1 }) + usageEvent(5, 1) + doneEvent);
  });
  const house = await stand(engine);
  for (const count of [0, 1]) expect(await (await house.chat(helloStreamed, attempt(count))).body.text()).toBe(chunkEvent('flow') + doneEvent);
  expect(engine.asked).toHaveLength(1);
});

test('two first attempts are two calls, however equal, and each has its own retry: the oldest first', async () => {
  const engine = await scriptedEngine(numbering());
  const house = await stand(engine);
  const texts: string[] = [];
  for (const count of [0, 0, 1, 1, 1]) texts.push(/answer \d/.exec(await (await house.chat(hello, attempt(count))).body.text())?.[0] ?? '');
  expect(texts).toEqual(['answer 0', 'answer 1', 'answer 0', 'answer 1', 'answer 2']);
  expect(house.finished()).toHaveLength(3);
  expect(voided(house)).toEqual([]);
});

test.each<[what: string, headers: Record<string, string>, body: object]>([
  ['another body', attempt(1), { ...hello, temperature: 0 }],
  ['another API key', { ...attempt(1), authorization: 'Bearer bob' }, hello],
  ['a first attempt', attempt(0), hello],
  ['a count that is none', { 'x-stainless-retry-count': '-1' }, hello],
  ['no count', {}, hello],
])('%s follows nothing', async (_, headers, body) => {
  const engine = await scriptedEngine(numbering());
  const house = await stand(engine);
  await (await house.chat(hello, attempt(0))).body.dump();
  expect(await (await house.chat(body, headers)).body.text()).toContain('answer 1');
  expect(kinds(house)).toEqual(['admitted', 'finished', 'admitted', 'finished']);
});

test('an attempt that was lost on its way here does not break the chain', async () => {
  const engine = await scriptedEngine(numbering());
  const house = await stand(engine);
  for (const count of [0, 2]) expect(await (await house.chat(hello, attempt(count))).body.text()).toContain('answer 0');
  // The second one is followed already, and so is the first.
  for (const count of [2, 3]) expect(await (await house.chat(hello, attempt(count))).body.text()).toContain(count === 3 ? 'answer 0' : 'answer 1');
  expect(house.finished()).toHaveLength(2);
});

test('with an idempotency key only that counts', async () => {
  const engine = await scriptedEngine(numbering());
  const house = await stand(engine);
  await (await house.chat(hello, { ...attempt(0), 'idempotency-key': 'a' })).body.dump();
  expect(await (await house.chat(hello, { ...attempt(1), 'idempotency-key': 'b' })).body.text()).toContain('answer 1');
  expect(house.finished()).toMatchObject([{ idempotencyKey: 'a' }, { idempotencyKey: 'b' }]);
  expect(house.finished().every((end) => end.retry === undefined)).toBe(true);
});

test.each([hello, helloStreamed])('a retry of a call that runs waits for it; it is made to its end for that, whoever leaves', async (body) => {
  const asked = Promise.withResolvers<() => void>();
  const engine = await scriptedEngine((response) => {
    if (body === hello) return asked.resolve(() => answerWhole(response));
    beginStream(response);
    response.write(chunkEvent('as', { input: 7, output: 1 }));
    asked.resolve(() => response.end(chunkEvent(' you say', { input: 7, output: 3 }) + usageEvent(7, 3) + doneEvent));
  });
  const house = await stand(engine);
  const first = new RawClient(house.origin).post(body, attempt(0));
  const answer = await asked.promise;
  const again = house.chat(body, attempt(1));
  // The retry is on its way to the gateway; another request after it says that it is there.
  await vi.waitFor(async () => expect(await connections(house)).toBeGreaterThanOrEqual(2));
  await (await house.get('/v1/models')).body.dump();
  first.leave();
  await vi.waitFor(async () => expect(await connections(house)).toBeLessThanOrEqual(2));
  answer();
  expect(await (await again).body.text()).toContain(' you say');
  expect(engine.asked).toHaveLength(1);
  expect(house.finished()).toMatchObject([{ outcome: 'completed', units: { requests: 1, inputTokens: 7, outputTokens: 3 } }]);
});

const connections = (house: Stand): Promise<number> => new Promise((resolve, reject) => house.app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))));

test.each([
  [hello, { inputTokens: 7, outputTokens: 0 }, { inputTokens: 7, cachedInputTokens: 0, outputTokens: 3 }],
  [helloStreamed, { inputTokens: 7, outputTokens: 1 }, undefined],
] as const)('a call whose client left before the end is voided when its retry is made: all it was charged, in one batch with the admission', async (body, charged, generated) => {
  const asked = Promise.withResolvers<() => void>();
  let attempts = 0;
  const engine = await scriptedEngine((response) => {
    if (++attempts > 1 && body === hello) return answerWhole(response);
    if (body === hello) return asked.resolve(() => answerWhole(response));
    beginStream(response);
    if (attempts > 1) response.end(chunkEvent('as you say', { input: 7, output: 3 }) + usageEvent(7, 3) + doneEvent);
    else response.write(chunkEvent('as', { input: 7, output: 1 }), () => asked.resolve(() => undefined));
  });
  const house = await stand(engine);
  if (body === hello) await leaveAfter(house, asked.promise, body, attempt(0));
  else {
    const client = new RawClient(house.origin).post(body, attempt(0));
    await client.until('"as"');
    client.leave();
  }
  (await asked.promise)();
  await vi.waitFor(() => expect(house.finished()).toMatchObject([{ outcome: 'cancelled', units: { requests: 1, ...charged } }]));
  expect(house.finished()[0]?.generated).toEqual(generated);
  const retry = await house.chat(body, attempt(1));
  expect(retry.headers['idempotent-replayed']).toBeUndefined();
  expect(await retry.body.text()).toContain('as you say');
  const [first, second] = house.finished();
  expect(kinds(house)).toEqual(['admitted', 'finished', 'voided', 'admitted', 'finished']);
  expect(voided(house)).toMatchObject([{ id: first!.id, by: second!.id, admittedAt: second!.admittedAt, units: first!.units, priceId: first!.priceId }]);
  // It is not voided once more, and the next retry repeats the second call.
  expect((await house.chat(body, attempt(2))).headers['x-request-id']).toBe(second!.id);
  expect(voided(house)).toHaveLength(1);
});

test('a refused retry leaves the charge, and the one after it voids it', async () => {
  const engine = await scriptedEngine(numbering());
  let isUp = true;
  const house = await stand(engine, { fleet: { pick: () => (isUp ? engine : undefined) }, limits: { linkedMsMax: 0 } });
  await (await house.chat(hello, attempt(0))).body.dump();
  isUp = false;
  expect((await house.chat(hello, attempt(1))).statusCode).toBe(503);
  expect(voided(house)).toEqual([]);
  isUp = true;
  expect(await (await house.chat(hello, attempt(2))).body.text()).toContain('answer 1');
  expect(voided(house)).toMatchObject([{ id: house.finished()[0]!.id }]);
});

test('an attempt that was told of a failure is followed before one that may have arrived', async () => {
  const engine = await scriptedEngine(numbering());
  let isUp = true;
  const house = await stand(engine, { fleet: { pick: () => (isUp ? engine : undefined) } });
  await (await house.chat(hello, attempt(0))).body.dump();
  isUp = false;
  expect((await house.chat(hello, attempt(0))).statusCode).toBe(503);
  isUp = true;
  // This is the second call, which failed; the first one was answered long ago.
  expect(await (await house.chat(hello, attempt(1))).body.text()).toContain('answer 1');
  expect(house.finished()).toHaveLength(2);
});

test("the engine's failure is free, and its retry a call that voids nothing", async () => {
  let isBroken = true;
  const engine = await scriptedEngine((response) => {
    if (!isBroken) return answerWhole(response);
    isBroken = false;
    response.writeHead(500).end();
  });
  const house = await stand(engine);
  expect((await house.chat(hello, attempt(0))).statusCode).toBe(502);
  expect((await house.chat(hello, attempt(1))).statusCode).toBe(200);
  expect(house.finished().map(({ outcome }) => outcome)).toEqual(['failed', 'completed']);
  expect(voided(house)).toEqual([]);
});

test('where the log refuses the admission it refuses the void, and the next retry makes up for both', async () => {
  const engine = await scriptedEngine(numbering());
  const house = await stand(engine, { limits: { linkedMsMax: 0 } });
  await (await house.chat(hello, attempt(0))).body.dump();
  house.log.broken = new Error('no space');
  expect((await house.chat(hello, attempt(1))).statusCode).toBe(503);
  house.log.broken = undefined;
  expect((await house.chat(hello, attempt(2))).statusCode).toBe(200);
  expect(kinds(house)).toEqual(['admitted', 'finished', 'voided', 'admitted', 'finished']);
});

test('an answer is kept for so long, a charge can be voided for longer, and then a retry is a call of its own', async () => {
  let now = 0;
  const clock = { now: () => epochMs(1_700_000_000_000 + now), monotonicMs: () => now };
  const engine = await scriptedEngine(numbering());
  const house = await stand(engine, { clock, limits: { linkedMsMax: 60_000, retryWithinMsMax: 300_000 } });
  const tried = async (...afterMs: number[]): Promise<string[]> => {
    const texts: string[] = [];
    for (const [count, ms] of [0, ...afterMs].entries()) {
      now += ms;
      texts.push(/answer \d/.exec(await (await house.chat(hello, attempt(count))).body.text())?.[0] ?? '');
    }
    return texts;
  };
  expect(await tried(59_999)).toEqual(['answer 0', 'answer 0']);
  expect(await tried(60_000)).toEqual(['answer 1', 'answer 2']);
  expect(voided(house)).toHaveLength(1);
  now += 300_000;
  expect(await tried(300_000)).toEqual(['answer 3', 'answer 4']);
  expect(voided(house)).toHaveLength(1);
});

test('of too many attempts the oldest are forgotten', async () => {
  const engine = await scriptedEngine(numbering());
  const house = await stand(engine, { limits: { attemptsMax: 2 } });
  for (const temperature of [0, 1, 2]) await (await house.chat({ ...hello, temperature }, attempt(0))).body.dump();
  expect(await (await house.chat({ ...hello, temperature: 0 }, attempt(1))).body.text()).toContain('answer 3');
  expect(await (await house.chat({ ...hello, temperature: 2 }, attempt(1))).body.text()).toContain('answer 2');
});

test.each([{ linkedBytesMax: 10 }, { keptAnswerBytesMax: 10 }])('an answer that is too long to keep, with %o, is made anew, and the first one voided', async (limits) => {
  const engine = await scriptedEngine((response) => {
    beginStream(response);
    response.end(chunkEvent('flow', { input: 5, output: 1 }) + usageEvent(5, 1) + doneEvent);
  });
  const house = await stand(engine, { limits });
  for (const count of [0, 1]) expect(await (await house.chat(helloStreamed, attempt(count))).body.text()).toBe(chunkEvent('flow') + doneEvent);
  expect(engine.asked).toHaveLength(2);
  expect(voided(house)).toHaveLength(1);
});

test('what is voided is free again in its budgets', async () => {
  const refunds: Charge[] = [];
  const charge: Charge = { charged: pico(5n), writtenOff: pico(0n), counts: [{ budget: budgetId('all'), period: 'total' }] };
  const allowance = { reserve: { amount: pico(9n), counts: charge.counts }, settle: () => charge, commit: () => undefined, release: () => undefined, renew: () => undefined };
  const budgets = { leaseMs: 30_000, reserve: () => allowance, lapse: () => [], refund: (one: Charge) => void refunds.push(one) };
  const house = await stand(await scriptedEngine(numbering()), { budgets, limits: { linkedMsMax: 0 } });
  for (const count of [0, 1]) await (await house.chat(hello, attempt(count))).body.dump();
  expect(voided(house)).toMatchObject([{ charge }]);
  expect(refunds).toEqual([charge]);
});

test('a call of an earlier life is voided when its retry comes to the next', async () => {
  const engine = await scriptedEngine(numbering());
  const before = await stand(engine);
  await (await before.chat(hello, attempt(0))).body.dump();
  const after = await stand(engine, { recalled: before.finished() });
  expect(await (await after.chat(hello, attempt(1))).body.text()).toContain('answer 1');
  expect(voided(after)).toMatchObject([{ id: before.finished()[0]!.id }]);
});
