import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { BudgetBook } from '../budget/budget-book.ts';
import { BudgetOwner } from '../budget/budget-owner.ts';
import { PeriodLabels } from '../budget/period-labels.ts';
import { budgetId, projectId, type Budget, type Count } from '../domain/budget.ts';
import { fixedCatalog } from '../domain/model-catalog.ts';
import { euro, pico } from '../domain/money.ts';
import { epochMs, keyId, priceId, requestId, userId } from '../domain/names.ts';
import type { Units } from '../domain/usage-fact.ts';
import { costOf } from '../price/rate.ts';
import type { Allowance } from './allowance.ts';
import { answerWhole, beginStream, chunkEvent, doneEvent, scriptedEngine, usageEvent } from './testing/scripted-engine.ts';
import { RawClient } from './testing/raw-client.ts';
import { ada, hello, helloStreamed, stand, tiny, type Stand } from './testing/stand.ts';

/* Budgets, as callers of a real gateway meet them. */

const cent = 10_000_000_000n;
const total: Count = { budget: budgetId('b'), period: 'total' };
const cap = (limit: bigint, more: Partial<Budget> = {}): Budget => ({ id: budgetId('b'), tenant: ada.tenant, scope: { kind: 'organisation' }, period: 'total', kind: 'hard', limit: pico(limit), ...more });

/** A token costs 1, whichever it is. */
const tokenPrice = (_price: unknown, { inputTokens, outputTokens }: Units) => pico(BigInt(inputTokens + outputTokens));

function owning(budgets: readonly Budget[], more: Partial<ConstructorParameters<typeof BudgetOwner>[0]> = {}): { book: BudgetBook; owner: BudgetOwner } {
  const book = new BudgetBook();
  for (const budget of budgets) book.set(budget);
  const owner = new BudgetOwner({ book, labels: new PeriodLabels('Europe/Berlin'), currency: euro, costOf: tokenPrice, monotonicMs: () => performance.now(), ...more });
  return { book, owner };
}

const launch = { priceInForce: () => priceId('launch-1') };
const errorOf = async (answer: Awaited<ReturnType<Stand['chat']>>): Promise<{ code: string; type: string; message: string }> => ((await answer.body.json()) as { error: { code: string; type: string; message: string } }).error;

test('1,000 concurrent calls at a cent each on a cap of 5.00: 500 are served, 500 refused, and 5.00 is spent', { timeout: 60_000 }, async () => {
  const { book, owner } = owning([cap(500n * cent)], { costOf });
  const house = await stand(await scriptedEngine((response) => answerWhole(response)), { ...launch, budgets: owner });
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, async () => {
      const answer = await house.chat(hello);
      await answer.body.dump();
      const { spent, reserved } = book.standing(total);
      expect(spent + reserved).toBeLessThanOrEqual(500n * cent);
      return answer.statusCode;
    }),
  );
  expect(answers.filter((status) => status === 200)).toHaveLength(500);
  expect(answers.filter((status) => status === 429)).toHaveLength(500);
  expect(book.standing(total)).toEqual({ spent: 500n * cent, reserved: 0n });
  expect(house.finished().reduce((sum, { charge }) => sum + charge!.charged, 0n)).toBe(500n * cent);
});

test('1,000 concurrent calls of unequal cost, some of which fail or cost more than was thought, never pass the cap', { timeout: 60_000 }, async () => {
  const limit = 100_000n;
  const { book, owner } = owning([cap(limit), cap(limit, { id: budgetId('key'), scope: { kind: 'key', key: ada.key }, period: 'day' })]);
  let n = 0;
  const engine = await scriptedEngine((response) => {
    n++;
    if (n % 7 === 0) response.writeHead(500).end();
    else answerWhole(response, 'so', 30 + (n % 5), n % 11 === 0 ? 50_000 : (n * 13) % 300);
  });
  const house = await stand(engine, { ...launch, budgets: owner });
  const statuses = await Promise.all(
    Array.from({ length: 1_000 }, async (_, i) => {
      const answer = await house.chat({ ...hello, max_tokens: (i * 17) % 400 });
      await answer.body.dump();
      const { spent, reserved } = book.standing(total);
      expect(spent + reserved).toBeLessThanOrEqual(limit);
      return answer.statusCode;
    }),
  );
  expect([...new Set(statuses)].toSorted()).toEqual([200, 429, 502]);
  const charged = house.finished().reduce((sum, { charge }) => sum + charge!.charged, 0n);
  expect(book.standing(total)).toEqual({ spent: charged, reserved: 0n });
  expect(charged).toBeLessThanOrEqual(limit);
  expect(house.finished().some(({ charge }) => charge!.writtenOff > 0n)).toBe(true);
});

test('who has no room is told so as clients expect of a quota that is used up, and not to try again', async () => {
  const { owner } = owning([cap(cent / 2n, { scope: { kind: 'key', key: ada.key }, period: 'month' })], { costOf });
  const engine = await scriptedEngine((response) => answerWhole(response));
  const house = await stand(engine, { ...launch, budgets: owner });
  const answer = await house.chat(hello);
  expect(answer.statusCode).toBe(429);
  expect(answer.headers).toMatchObject({ 'x-should-retry': 'false' });
  expect(answer.headers).not.toHaveProperty('retry-after-ms');
  expect(await errorOf(answer)).toMatchObject({
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    message: expect.stringMatching(/^This call may cost up to 0\.01 EUR, and the budget of this key for \d{4}-\d\d, 0\.005 EUR, has 0\.005 EUR left/),
  });
  expect([engine.asked, engine.outstanding, house.admitted()]).toEqual([[], 0, []]);
  expect(house.refused()).toMatchObject([{ code: 'insufficient_quota', status: 429 }]);
  expect((await house.chat(hello, { authorization: 'Bearer bob' })).statusCode).toBe(200);
});

test('a budget of a project counts the calls with its keys, one of a user those of that user', async () => {
  const inWeb = { ...ada, key: keyId('key-of-web'), project: projectId('web') };
  const { owner } = owning([cap(0n, { id: budgetId('web'), scope: { kind: 'project', project: projectId('web') } }), cap(0n, { id: budgetId('ana'), scope: { kind: 'user', user: userId('ana') } })], { costOf });
  const accounts = { authenticate: (authorization: string | undefined) => (authorization === 'Bearer web' ? inWeb : ada) };
  const house = await stand(await scriptedEngine((response) => answerWhole(response)), { ...launch, accounts, budgets: owner });
  expect((await house.chat(hello)).statusCode).toBe(200);
  expect((await errorOf(await house.chat(hello, { authorization: 'Bearer web' }))).message).toContain('the budget of this project in all');
  expect((await errorOf(await house.chat({ ...hello, user: 'ana' }))).message).toContain('the budget of this user in all');
});

test('reserved is the longest input and n answers of the longest length; what was not used is free again', async () => {
  const { book, owner } = owning([cap(1_000_000n)]);
  const house = await stand(await scriptedEngine((response) => answerWhole(response, 'so', 7, 3)), { ...launch, budgets: owner });
  const body = JSON.stringify({ ...hello, n: 3, max_tokens: 50, max_completion_tokens: 200 });
  await (await house.chat(body)).body.dump();
  const [admitted] = house.admitted();
  expect(admitted!.reserve).toEqual({ amount: BigInt(body.length + 1_024 + 3 * 200), counts: [total] });
  expect(house.finished()[0]!.charge).toEqual({ charged: 10n, writtenOff: 0n, counts: [total] });
  expect(book.standing(total)).toEqual({ spent: 10n, reserved: 0n });
});

test('an attachment may be as long as anything', async () => {
  const { owner } = owning([cap(1_000_000n)]);
  const house = await stand(await scriptedEngine((response) => answerWhole(response)), { ...launch, budgets: owner });
  const content = [{ type: 'text', text: 'what is it' }, { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }];
  await (await house.chat({ ...hello, messages: [{ role: 'user', content }], max_tokens: 1 })).body.dump();
  expect(house.admitted()[0]!.reserve!.amount).toBeGreaterThan(131_072n);
});

test.each([
  ['what the caller said', { max_tokens: 9 }, { max_tokens: 9 }],
  ['what the caller said in the newer way', { max_completion_tokens: 9 }, { max_completion_tokens: 9 }],
  ['the usual length where it said nothing', {}, { max_tokens: 77 }],
  ['the usual length where it said null', { max_completion_tokens: null }, { max_completion_tokens: 77 }],
])('the engine is sent the length that was reserved: %s', async (_, said, sent) => {
  const { owner } = owning([cap(1_000_000n)]);
  const engine = await scriptedEngine((response) => answerWhole(response));
  const house = await stand(engine, { ...launch, budgets: owner, models: fixedCatalog([{ ...tiny, outputTokensDefault: 77 }]) });
  await (await house.chat({ ...hello, ...said })).body.dump();
  expect(JSON.parse(engine.asked[0]!)).toEqual({ ...hello, ...sent });
});

test('of a model that does not say how long its answers are, the gateway does; where no budget counts the call, nobody', async () => {
  const engine = await scriptedEngine((response) => answerWhole(response));
  const house = await stand(engine, { ...launch, budgets: owning([cap(1_000_000n)]).owner });
  await (await house.chat(hello)).body.dump();
  await (await house.chat(hello, { authorization: 'Bearer bob' })).body.dump();
  expect(engine.asked.map((body) => JSON.parse(body))).toEqual([{ ...hello, max_tokens: 1_024 }, hello]);
  expect(house.admitted().map(({ reserve }) => reserve?.counts)).toEqual([[total], undefined]);
});

test('a call that fails is free, and so is one that the log did not take', async () => {
  const { book, owner } = owning([cap(100_000n)]);
  let isBroken = true;
  const house = await stand(await scriptedEngine((response) => (isBroken ? void response.writeHead(500).end() : answerWhole(response))), { ...launch, budgets: owner });
  await (await house.chat(hello)).body.dump();
  expect(house.finished()[0]).toMatchObject({ outcome: 'failed', charge: { charged: 0n, writtenOff: 0n } });
  expect(book.standing(total)).toEqual({ spent: 0n, reserved: 0n });

  isBroken = false;
  house.log.broken = new Error('no space left on device');
  expect((await house.chat(hello)).statusCode).toBe(503);
  expect(book.standing(total)).toEqual({ spent: 0n, reserved: 0n });

  house.log.broken = undefined;
  house.log.holding = true;
  const answer = house.chat(hello);
  (await house.log.next()).release();
  (await house.log.next()).refuse(new Error('no space left on device'));
  expect((await answer).statusCode).toBe(503);
  expect(book.standing(total)).toEqual({ spent: 0n, reserved: 0n });
  house.log.holding = false;
});

test('nothing is spent before its end is durable', async () => {
  const { book, owner } = owning([cap(100_000n)]);
  const house = await stand(await scriptedEngine((response) => answerWhole(response, 'so', 7, 3)), { ...launch, budgets: owner });
  house.log.holding = true;
  const answer = house.chat(hello);
  const admitted = await house.log.next();
  expect(book.standing(total).reserved).toBe(house.log.facts.length === 0 ? (admitted.facts[0] as { reserve: { amount: bigint } }).reserve.amount : -1n);
  admitted.release();
  const finished = await house.log.next();
  expect(book.standing(total)).toEqual({ spent: 0n, reserved: 10n });
  finished.release();
  await (await answer).body.dump();
  expect(book.standing(total)).toEqual({ spent: 10n, reserved: 0n });
});

test('what a gateway held that died lapses within its lease, in the log too; what another one holds that lives does not', { timeout: 20_000 }, async () => {
  const leaseMs = 300;
  const { book, owner } = owning([cap(5_000n)], { leaseMs });
  const streaming = Promise.withResolvers<() => void>();
  const engine = await scriptedEngine((response, body) => {
    if (!body.includes('"stream":true')) return answerWhole(response);
    beginStream(response);
    response.write(chunkEvent('flow', { input: 5, output: 1 }));
    return streaming.resolve(() => void response.end(usageEvent(5, 1) + doneEvent));
  });
  const house = await stand(engine, { ...launch, budgets: owner });
  const client = new RawClient(house.origin).post({ ...helloStreamed, max_tokens: 1_000 });
  const endStream = await streaming.promise;
  const living = house.admitted()[0]!.reserve!.amount;

  const at = performance.now();
  // All that is left: a reserve that its gateway took along.
  const dead = owner.reserve({ ...house.admitted()[0]!, id: requestId('of-the-dead') }, { requests: 1, inputTokens: Number(5_000n - living), cachedInputTokens: 0, outputTokens: 0 }) as Allowance;
  expect((await house.chat({ ...hello, max_tokens: 1 })).statusCode).toBe(429);
  let status = 429;
  while (status === 429 && performance.now() - at < 10_000) {
    await delay(10);
    const answer = await house.chat({ ...hello, max_tokens: 1 });
    await answer.body.dump();
    status = answer.statusCode;
  }
  expect(status).toBe(200);
  expect(performance.now() - at).toBeGreaterThanOrEqual(leaseMs - 1);
  expect(house.log.facts.filter(({ kind }) => kind === 'lapsed')).toMatchObject([{ id: 'of-the-dead', tenant: 'ada', reserve: dead.reserve }]);
  expect(book.standing(total).reserved).toBe(living);

  // It is not dead after all: what is left pays for it, and the rest is written off.
  const { spent, reserved } = book.standing(total);
  const late = dead.settle({ outcome: 'completed', units: { requests: 1, inputTokens: 9_000, cachedInputTokens: 0, outputTokens: 0 }, provenance: 'engine-final' });
  expect([late.charged, late.writtenOff]).toEqual([5_000n - spent - reserved, 9_000n - (5_000n - spent - reserved)]);
  dead.commit();
  endStream();
  await client.until('[DONE]');
  expect(house.finished().at(-1)!.charge).toMatchObject({ charged: 6n, writtenOff: 0n });
});

test.each([
  ['max_tokens', -1, 'a whole number from 0 to 1000000, not -1'],
  ['max_completion_tokens', 1.5, 'a whole number from 0 to 1000000, not 1.5'],
  ['n', 0, 'a whole number from 1 to 128, not 0'],
  ['n', '3', 'a whole number from 1 to 128, not a string'],
])('a length that is none is refused, or nobody could say what the call may cost: %s %j', async (member, value, message) => {
  const house = await stand(await scriptedEngine((response) => answerWhole(response)), launch);
  const answer = await house.chat({ ...hello, [member]: value });
  expect(answer.statusCode).toBe(400);
  expect((await errorOf(answer)).message).toContain(message);
});

test('a length that is said twice is refused: the engine might heed the other one', async () => {
  const house = await stand(await scriptedEngine((response) => answerWhole(response)), launch);
  const answer = await house.chat('{"model":"tiny","messages":[],"max_tokens":1,"max_tokens":100000}');
  expect(await errorOf(answer)).toMatchObject({ code: 'duplicate_member' });
});

test.each([
  ['/v1/completions', { prompt: 'say' }, 16, { max_tokens: 16 }],
  ['/v1/completions', { prompt: ['say', 'it'], n: 3, best_of: 5, max_tokens: 7 }, 2 * 5 * 7, {}],
  ['/v1/completions', { prompt: [[1, 2], [3]], max_tokens: 7 }, 2 * 7, {}],
  ['/v1/completions', { prompt: [1, 2, 3], max_tokens: 7 }, 7, {}],
  ['/v1/embeddings', { input: ['say', 'it'] }, 0, {}],
  ['/v1/responses', { input: 'say', store: false }, 1_024, { max_output_tokens: 1_024 }],
  ['/v1/responses', { input: 'say', store: false, max_output_tokens: 9 }, 9, {}],
  ['/v1/responses', { input: [{ role: 'user', content: [{ type: 'input_text', text: 'say' }] }], store: false, max_output_tokens: 9 }, 9, {}],
  ['/v1/responses', { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'https://example.com/a.png' }] }], store: false, max_output_tokens: 9 }, 9 + 131_072, {}],
])('every endpoint reserves by its own members: %s %j', async (path, body, more, added) => {
  const { book, owner } = owning([cap(10_000_000n)]);
  const engine = await scriptedEngine((response) => {
    const usage = path === '/v1/responses' ? { input_tokens: 4, output_tokens: 2 } : { prompt_tokens: 4, completion_tokens: path === '/v1/embeddings' ? 0 : 2 };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: [], usage }));
  });
  const house = await stand(engine, { ...launch, budgets: owner });
  const text = JSON.stringify({ model: 'tiny', ...body });
  const answer = await house.post(path, { model: 'tiny', ...body });
  await answer.body.dump();
  expect(answer.statusCode).toBe(200);
  expect(house.admitted()[0]!.reserve!.amount).toBe(BigInt(text.length + 1_024 + more));
  expect(JSON.parse(engine.asked[0]!)).toEqual({ model: 'tiny', ...body, ...added });
  expect(book.standing(total)).toEqual({ spent: house.finished()[0]!.charge!.charged, reserved: 0n });
  expect(house.finished()[0]!.charge!.charged).toBe(path === '/v1/embeddings' ? 4n : 6n);
});

test('the day is that of the admission in the billing zone', async () => {
  const { owner } = owning([cap(100_000n, { period: 'day' })]);
  const clock = { now: () => epochMs(Date.parse('2026-11-30T23:30:00Z')), monotonicMs: () => performance.now() };
  const house = await stand(await scriptedEngine((response) => answerWhole(response)), { ...launch, clock, budgets: owner });
  await (await house.chat(hello)).body.dump();
  expect(house.finished()[0]!.charge!.counts).toEqual([{ budget: 'b', period: '2026-12-01' }]);
});
