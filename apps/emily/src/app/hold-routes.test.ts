import { expect, test } from 'vitest';
import { type ChainedCommand, CommandChain } from '../account/command-chain.ts';
import { called, finished, someTime } from '../domain/testing/facts.ts';
import { epochMs } from '../domain/names.ts';
import type { UsageMessage } from '../gateway/numbering.ts';
import { operatorTenant } from './demo-accounts.ts';
import { HoldDesk, type HoldView } from './hold-desk.ts';
import { logs } from './program.ts';
import { house, type House } from './testing/house.ts';

const december = Date.parse('2023-12-01T00:00:00+01:00');
const decision = { choice: 'discard', by: 'Ada Lovelace', reason: 'the gateway had a bug' };
const ours = { 'sec-fetch-site': 'same-origin' };

/** Two calls, and then the second number again with another content: 100 requests more. */
async function contradicted(): Promise<House> {
  const built = await house();
  const { program, gateway } = built;
  const [begin, end, ...more] = gateway.facts(...called('r-1'), ...called('r-2'));
  const other: UsageMessage = { ...(end as Extract<UsageMessage, { kind: 'event' }>), value: finished('r-9', { units: { requests: 100, inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 } }) };
  await program.append(logs.usage, [begin!, end!, other, ...more, gateway.promise(december)]);
  await program.caughtUp(logs.usage);
  return built;
}

type Listed = { readonly data: readonly HoldView[]; readonly decided: readonly object[] };

async function listed({ server, operator }: House): Promise<Listed> {
  return (await server.inject({ url: '/v1/holds', headers: { cookie: await operator() } })).json<Listed>();
}

async function decide(built: House, id: number | string, payload: object, headers?: Record<string, string>): Promise<{ status: number; code: string | undefined; body: object }> {
  const response = await built.server.inject({ method: 'POST', url: `/v1/holds/${id}`, payload, headers: headers ?? { cookie: await built.operator(), ...ours } });
  const body = response.json<{ error?: { code: string } }>();
  return { status: response.statusCode, code: body.error?.code, body };
}

async function bill({ program }: House): Promise<unknown[]> {
  await program.caughtUp(logs.usage);
  return (await program.tables.invoices.scan()).map(({ value, finality, evidence }) => [value.reduce((sum, { requests }) => sum + requests, 0), finality, evidence]);
}

test('a fact that contradicts another one waits for a person, and the month with it; what comes after it is counted', async () => {
  const built = await contradicted();
  expect(await listed(built)).toMatchObject({
    data: [{
      id: 1,
      scope: { kind: 'partition', source: 'usage', partition: 0 },
      reason: 'contradiction',
      since: expect.any(Number),
      producer: 'gateway-1',
      evidence: "sequence 1 of epoch 1 of 'gateway-1' came with another content",
      waits: { what: 'frontier', source: 'usage', upTo: null, messages: 1 },
      choices: ['wait', 'accept', 'discard', 'declare-lost', 'proceed'],
    }],
    decided: [],
  });
  expect(await bill(built)).toEqual([[2, 'provisional', []]]);
});

test('discarded it is no event, and the month is final on proof; who decided and why is kept', async () => {
  const built = await contradicted();
  const decided = { hold: 1, reason: 'contradiction', producer: 'gateway-1', choice: 'discard', by: 'Ada Lovelace', credential: 'console session', because: 'the gateway had a bug' };
  expect(await decide(built, 1, decision)).toMatchObject({ status: 200, body: decided });
  expect(await listed(built)).toMatchObject({ data: [], decided: [decided] });
  await expect.poll(() => bill(built)).toEqual([[2, 'final', ['proved']]]);
  // The engine's own log of decisions is what a recovery goes by.
  expect([...built.program.decisions()].map((one) => one.decision)).toContainEqual(expect.objectContaining({ kind: 'resolved', hold: 1, choice: 'discard', by: 'Ada Lovelace (console session)' }));
  // What is shown is built again from the log of commands.
  const again = new HoldDesk(built.program, { append: async () => {} }, () => epochMs(0));
  const chain = new CommandChain();
  for (const command of built.program.read(logs.commands) as Iterable<ChainedCommand>) again.apply(chain.follow(command));
  expect(again.decided()).toEqual(built.holds.decided());
});

test('accepted it counts like any other', async () => {
  const built = await contradicted();
  expect(await decide(built, 1, { ...decision, choice: 'accept' })).toMatchObject({ status: 200 });
  await expect.poll(() => bill(built)).toEqual([[102, 'final', ['proved']]]);
});

test('one of two that decide at once is told that there is nothing to decide any more', async () => {
  const built = await contradicted();
  const both = await Promise.all([decide(built, 1, decision), decide(built, 1, { ...decision, choice: 'accept' })]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 404]);
  expect((await listed(built)).decided).toHaveLength(1);
});

test('holds are for the operator: by session from our own pages, or by a key that may administer', async () => {
  const built = await contradicted();
  const { server } = built;
  const cookie = await built.operator();
  const asked = async (headers: Record<string, string>): Promise<number> => (await server.inject({ url: '/v1/holds', headers })).statusCode;
  const [admin, reader] = [await built.bearer(operatorTenant, 'admin'), await built.bearer(operatorTenant, 'read')];
  const customer = await built.bearer('ada', 'admin', 'read');
  expect([await asked({ cookie }), await asked({ authorization: admin }), await asked({}), await asked({ authorization: reader }), await asked({ authorization: customer })]).toEqual([200, 200, 401, 403, 403]);
  expect(await decide(built, 1, decision, {})).toMatchObject({ status: 401, code: 'not_signed_in' });
  expect(await decide(built, 1, decision, { cookie, 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 401, code: 'not_signed_in' });
  expect(await decide(built, 1, decision, { authorization: customer })).toMatchObject({ status: 403, code: 'operator_only' });
  expect((await listed(built)).data).toHaveLength(1);
  expect(await decide(built, 1, decision, { authorization: admin })).toMatchObject({ status: 200, body: { credential: expect.stringMatching(/^key \w+/) } });
});

test.each([
  ['1', { ...decision, choice: 'retry' }, 400, 'choice_not_offered'],
  ['2', decision, 404, 'unknown_hold'],
  ['01', decision, 400, 'invalid_parameter'],
  ['1', { ...decision, by: ' ' }, 400, 'invalid_decision'],
  ['1', { ...decision, by: 'x'.repeat(101) }, 400, 'invalid_decision'],
  ['1', { ...decision, reason: 'two\nlines' }, 400, 'invalid_decision'],
  ['1', { ...decision, reason: 'x'.repeat(501) }, 400, 'invalid_decision'],
  ['1', { ...decision, at: someTime }, 400, 'invalid_decision'],
  ['1', [decision], 400, 'invalid_decision'],
])('POST /v1/holds/%s with %j is refused, and changes nothing', async (id, payload, status, code) => {
  const built = await contradicted();
  expect(await decide(built, id, payload)).toMatchObject({ status, code });
  expect((await listed(built)).data).toHaveLength(1);
});

test('a question with a parameter is refused', async () => {
  const built = await house();
  const { statusCode } = await built.server.inject({ url: '/v1/holds?open=1', headers: { cookie: await built.operator() } });
  expect(statusCode).toBe(400);
});

test.each([
  ['a body that is no JSON', 'application/json', 'choice=wait', 400, 'invalid_decision', 'The body is not JSON'],
  ['no body', 'application/json', '', 400, 'invalid_decision', 'The body is not JSON'],
  ['a member that no decision has', 'application/json', '{"choice":"wait","by":"Ada","reason":"x","__proto__":{}}', 400, 'invalid_decision', "There is no member '__proto__'"],
  ['another one', 'application/json', '{"choice":"wait","by":"Ada","reason":"x","constructor":{"prototype":1}}', 400, 'invalid_decision', "There is no member 'constructor'"],
  ['two choices', 'application/json', '{"choice":"wait","choice":"accept","by":"Ada","reason":"x"}', 400, 'invalid_decision', 'more than one choice'],
  ['another type', 'text/plain', '{}', 415, 'unsupported_media_type', 'application/json'],
  ['a large body', 'application/json', `"${'x'.repeat(8_191)}"`, 413, 'body_too_large', '8192 bytes'],
])('%s for a decision is refused with the reason and what to do', async (_what, type, payload, status, code, message) => {
  const { server, bearer } = await contradicted();
  const headers = { 'authorization': await bearer(operatorTenant, 'admin'), 'content-type': type };
  const response = await server.inject({ method: 'POST', url: '/v1/holds/1', payload, headers });
  const text = expect.stringMatching(/./);
  expect([response.statusCode, response.json()]).toEqual([status, { error: { message: expect.stringContaining(message), type: 'invalid_request_error', param: null, code, expected: text, got: text, cure: text } }]);
});
