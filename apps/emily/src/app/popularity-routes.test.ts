import { expect, test } from 'vitest';
import { epochMs, modelId, tenantId, userId } from '../domain/names.ts';
import { called, someTime, units, voided } from '../domain/testing/facts.ts';
import { logs } from './program.ts';
import { house, type House } from './testing/house.ts';

const FIVE_MINUTES = 300_000;
const HOUR = 3_600_000;
const end = (Math.floor(someTime / FIVE_MINUTES) + 1) * FIVE_MINUTES;

/** An hour, and the one before: phi-4 is asked for three times and once, big twice and never, and a third model an hour ago only. */
async function used(): Promise<House> {
  const built = await house();
  const at = (ms: number) => ({ admittedAt: epochMs(ms) });
  await built.program.append(logs.usage, built.gateway.facts(
    ...called('r-0', { ...at(someTime - HOUR - 60_000), model: modelId('old') }),
    ...called('r-1', at(someTime - HOUR)),
    ...called('r-2', at(someTime - 60_000)),
    ...called('r-3', { ...at(someTime), units: units(4, 6) }),
    ...called('r-4', { ...at(someTime), tenant: tenantId('bob'), user: userId('ana') }),
    ...called('r-5', { ...at(someTime), model: modelId('big') }),
    ...called('r-6', { ...at(someTime), model: modelId('big'), user: userId('') }),
    ...called('r-7', at(someTime)),
    voided('r-7', at(someTime)),
  ));
  await built.program.caughtUp(logs.usage);
  return built;
}

type Answer = { readonly data: readonly Readonly<Record<string, unknown>>[]; readonly among?: number; readonly window?: object };

async function ask(built: House, url: string, tenant?: string): Promise<{ readonly status: number; readonly body: Answer }> {
  const headers = tenant === undefined ? { cookie: await built.operator() } : { authorization: await built.bearer(tenant, 'read') };
  const response = await built.server.inject({ url, headers });
  return { status: response.statusCode, body: response.json<Answer>() };
}

test('the models by how much they are asked for, and how that was an hour before', async () => {
  const built = await used();
  const { body } = await ask(built, `/v1/popularity?at=${someTime}`);
  expect(body.window).toEqual({ start: end - HOUR, end });
  expect(body.data.map(({ model, requests, inputTokens, outputTokens, before, finality }) => [model, requests, inputTokens, outputTokens, before, finality])).toEqual([
    ['phi-4', 3, 10, 16, 1, 'provisional'],
    ['big', 2, 6, 10, 0, 'provisional'],
    ['old', 0, 0, 0, 1, 'provisional'],
  ]);
  expect((await ask(built, `/v1/popularity?at=${someTime}&tenant=bob`)).body.data).toMatchObject([{ model: 'phi-4', requests: 1 }]);
  expect((await ask(built, '/v1/popularity')).body.data).toEqual([]);
});

test('a conversation is what a user asks without a pause of half an hour; users without a name have none', async () => {
  const built = await used();
  const { body } = await ask(built, '/v1/conversations');
  expect(body.among).toBe(3);
  expect(body.data).toMatchObject([
    { tenant: 'ada', user: 'ana', startedAt: someTime - 60_000, lastAt: someTime, requests: 3, inputTokens: 10, outputTokens: 16, models: ['phi-4', 'big'], over: false, finality: 'provisional', evidence: [] },
    { tenant: 'bob', user: 'ana', requests: 1 },
    { tenant: 'ada', user: 'ana', startedAt: someTime - HOUR - 60_000, lastAt: someTime - HOUR, models: ['old', 'phi-4'], requests: 2 },
  ]);
  expect((await ask(built, '/v1/conversations?limit=1')).body).toMatchObject({ data: [{ tenant: 'ada' }], among: 3 });
  await built.program.append(logs.usage, [built.gateway.promise(epochMs(someTime + HOUR))]);
  await built.program.caughtUp(logs.usage);
  await expect.poll(async () => (await ask(built, '/v1/conversations?tenant=bob')).body.data).toMatchObject([{ over: true, finality: 'final', evidence: ['proved'] }]);
});

test('a tenant is told its own', async () => {
  const built = await used();
  expect((await ask(built, `/v1/popularity?at=${someTime}`, 'bob')).body.data).toMatchObject([{ model: 'phi-4', requests: 1 }]);
  expect((await ask(built, '/v1/conversations?tenant=ada', 'bob')).body.data).toEqual([]);
});

test.each(['/v1/popularity?at=now', '/v1/popularity?model=x', '/v1/conversations?limit=0', '/v1/conversations?limit=1001', '/v1/conversations?pause=1'])('a question that makes no sense is refused: %s', async (url) => {
  expect(await ask(await house(), url)).toMatchObject({ status: 400, body: { error: { code: 'invalid_parameter' } } });
});
