import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { BudgetBook } from '../budget/budget-book.ts';
import { BudgetOwner } from '../budget/budget-owner.ts';
import { KeyLimits, type KeyLimit } from '../budget/key-limits.ts';
import { PeriodLabels } from '../budget/period-labels.ts';
import { budgetId } from '../domain/budget.ts';
import { euro, pico } from '../domain/money.ts';
import { priceId } from '../domain/names.ts';
import { costOf } from '../price/rate.ts';
import { answerWhole, beginStream, doneEvent, scriptedEngine, usageEvent } from './testing/scripted-engine.ts';
import { ada, hello, helloStreamed, stand } from './testing/stand.ts';

/* How often a key may ask, as its callers meet it. The test moves the clock by hand. */

function limited(limit: Partial<KeyLimit>): { readonly rates: KeyLimits; readonly pass: (ms: number) => void } {
  let now = 0;
  const rates = new KeyLimits(() => now);
  rates.set(ada.key, { requestsPerMinute: null, tokensPerMinute: null, ...limit });
  return { rates, pass: (ms) => void (now += ms) };
}

const engine = () => scriptedEngine((response) => answerWhole(response, 'so', 7, 3));

test('a key asks as often as it may; then it is told when to try again, and that is when it may', async () => {
  const { rates, pass } = limited({ requestsPerMinute: 2 });
  const replica = await engine();
  const house = await stand(replica, { rates });
  const headers: unknown[] = [];
  for (let i = 0; i < 2; i++) {
    const answer = await house.chat(hello);
    await answer.body.dump();
    headers.push([answer.statusCode, answer.headers['x-ratelimit-limit-requests'], answer.headers['x-ratelimit-remaining-requests'], answer.headers['x-ratelimit-reset-requests']]);
  }
  expect(headers).toEqual([[200, '2', '1', '30s'], [200, '2', '0', '1m0s']]);
  const refused = await house.chat(hello);
  expect([refused.statusCode, refused.headers['retry-after-ms'], refused.headers['x-should-retry'], refused.headers['x-ratelimit-remaining-requests']]).toEqual([429, '30000', undefined, '0']);
  expect(await refused.body.json()).toMatchObject({ error: { code: 'rate_limited', type: 'rate_limit_error', message: 'This API key has asked for as many requests as it may in a minute. Try again in 30000 ms.' } });
  expect(replica.asked).toHaveLength(2);
  pass(29_999);
  expect((await house.chat(hello)).headers['retry-after-ms']).toBe('1');
  pass(1);
  expect((await house.chat(hello)).statusCode).toBe(200);
  expect(house.refused().map(({ code }) => code)).toEqual(['rate_limited', 'rate_limited']);
});

test('it is refused before its body is read; to look at the models costs nothing; another key is not touched', async () => {
  const { rates } = limited({ requestsPerMinute: 1 });
  const house = await stand(await engine(), { rates });
  expect((await house.chat('{')).statusCode).toBe(400);
  expect((await house.chat('{')).statusCode).toBe(429);
  const models = await house.get('/v1/models');
  expect([models.statusCode, models.headers['x-ratelimit-remaining-requests'], models.headers['x-ratelimit-limit-tokens']]).toEqual([200, '0', undefined]);
  const bobs = await house.chat(hello, { authorization: 'Bearer bob' });
  expect([bobs.statusCode, Object.keys(bobs.headers).filter((name) => name.startsWith('x-ratelimit'))]).toEqual([200, []]);
});

test('tokens are taken as many as a call may come to, and what it did not use is there again at its end', async () => {
  const { rates, pass } = limited({ tokensPerMinute: 6_000 });
  const open = Promise.withResolvers<() => void>();
  const replica = await scriptedEngine((response, body) => {
    if (!body.includes('"stream":true')) return answerWhole(response, 'so', 7, 3);
    beginStream(response);
    return open.resolve(() => void response.end(usageEvent(7, 3) + doneEvent));
  });
  const house = await stand(replica, { rates });
  const text = JSON.stringify({ ...helloStreamed, max_tokens: 2_000 });
  const stream = house.chat(text);
  const end = await open.promise;
  const most = text.length + 1_024 + 2_000;
  const refused = await house.chat({ ...hello, max_tokens: 3_000 });
  const needed = JSON.stringify({ ...hello, max_tokens: 3_000 }).length + 1_024 + 3_000;
  expect([refused.statusCode, refused.headers['retry-after-ms']]).toEqual([429, String((needed - (6_000 - most)) * 10)]);
  expect(refused.headers['x-ratelimit-remaining-tokens']).toBe(String(6_000 - most));
  expect(await refused.body.json()).toMatchObject({ error: { code: 'rate_limited', cure: expect.stringContaining('max_tokens') } });
  end();
  await (await stream).body.dump();
  expect(rates.headers(ada.key)).toMatchObject({ 'x-ratelimit-remaining-tokens': '5990', 'x-ratelimit-reset-tokens': '100ms' });
  pass(100);
  const whole = await house.chat({ ...hello, max_tokens: 3_000 });
  await whole.body.dump();
  expect([whole.statusCode, whole.headers['x-ratelimit-limit-tokens']]).toEqual([200, '6000']);
});

test('a call that is not admitted, and one that fails, take no tokens; a length that is left open is sent as it was taken', async () => {
  const { rates } = limited({ tokensPerMinute: 6_000 });
  const replica = await scriptedEngine((response) => void response.writeHead(500).end());
  const house = await stand(replica, { rates });
  await (await house.chat(hello)).body.dump();
  expect(JSON.parse(replica.asked[0]!)).toEqual({ ...hello, max_tokens: 1_024 });
  house.log.broken = new Error('no space left on device');
  expect((await house.chat(hello)).statusCode).toBe(503);
  house.log.broken = undefined;
  expect(rates.headers(ada.key)['x-ratelimit-remaining-tokens']).toBe('6000');
});

test('a call that may come to more than there is in a minute waits for a full bucket, and is not refused for ever', async () => {
  const { rates } = limited({ tokensPerMinute: 100 });
  const house = await stand(await engine(), { rates });
  expect((await house.chat({ ...hello, n: 128, max_tokens: 1_000_000 })).statusCode).toBe(200);
  expect(rates.headers(ada.key)['x-ratelimit-remaining-tokens']).toBe('90');
});

test('a stock client waits for as long as it is told and is served; of a budget that is used up it asks once', async () => {
  const rates = new KeyLimits(() => performance.now());
  rates.set(ada.key, { requestsPerMinute: 60, tokensPerMinute: null });
  const book = new BudgetBook();
  const owner = new BudgetOwner({ book, labels: new PeriodLabels('UTC'), currency: euro, costOf, monotonicMs: () => performance.now() });
  const house = await stand(await engine(), { rates, budgets: owner, priceInForce: () => priceId('launch-1') });
  const client = new OpenAI({ apiKey: 'ada', baseURL: `${house.origin}/v1`, maxRetries: 2 });
  const ask = () => client.chat.completions.create({ model: 'tiny', messages: [{ role: 'user', content: 'say it' }] });
  for (let i = 0; i < 60; i++) rates.takeRequest(ada.key);
  expect((await ask()).choices[0]!.message.content).toBe('so');
  expect(house.refused().map(({ code }) => code)).toEqual(['rate_limited']);

  book.set({ id: budgetId('b'), tenant: ada.tenant, scope: { kind: 'organisation' }, period: 'month', kind: 'hard', limit: pico(0n) });
  rates.set(ada.key, { requestsPerMinute: null, tokensPerMinute: null });
  await expect(ask()).rejects.toMatchObject({ status: 429, code: 'insufficient_quota', type: 'insufficient_quota' });
  expect(house.refused().map(({ code }) => code)).toEqual(['rate_limited', 'insufficient_quota']);
});
