import { expect, test } from 'vitest';
import { admitted, called, finished, sentIn, someTime, units } from '../domain/testing/facts.ts';
import { epochMs, keyId, type KeyId, modelId, tenantId, userId } from '../domain/names.ts';
import { TestGateway } from '../gateway/testing/messages.ts';
import { operatorTenant } from './demo-accounts.ts';
import { logs } from './program.ts';
import { house, type House } from './testing/house.ts';

const october = epochMs(Date.parse('2023-10-31T22:30:00Z'));

/** Ada's two users and bob's one, in two months. */
async function used(): Promise<House> {
  const built = await house();
  const bob = tenantId('bob');
  await built.program.append(logs.usage, built.gateway.facts(
    ...called('r-1', { admittedAt: october }),
    ...called('r-2', { units: units(30, 50) }),
    ...called('r-3', { user: userId('ben'), model: modelId('big') }),
    ...called('r-4', { tenant: bob, units: units(300, 500) }),
    ...called('r-5', { tenant: bob }),
  ));
  await built.program.caughtUp(logs.usage);
  return built;
}

type Headers = Readonly<Record<string, string>>;

async function ask<T = Record<string, unknown>>({ server }: House, url: string, headers: Headers): Promise<{ data: readonly T[]; status: number; code?: string; asOf?: object }> {
  const response = await server.inject({ url, headers });
  const { data = [], error, asOf } = response.json<{ data?: T[]; error?: { code: string }; asOf?: object }>();
  return { data, status: response.statusCode, ...(error === undefined ? {} : { code: error.code }), ...(asOf === undefined ? {} : { asOf }) };
}

const usageOf = ({ data }: { data: readonly Record<string, unknown>[] }): unknown[] => data.map(({ tenant, user, model, requests }) => [tenant, user, model, requests].filter((one) => one !== undefined));

test("a tenant's key sees its own usage and invoices, the operator's session everyone's", async () => {
  const built = await used();
  const ada = { authorization: await built.bearer('ada', 'read') };
  const bob = { authorization: await built.bearer('bob', 'read') };
  const operator = { cookie: await built.operator() };
  const from = `from=${someTime}`;
  expect(usageOf(await ask(built, `/v1/usage?group=tenant&${from}`, ada))).toEqual([['ada', 2]]);
  expect(usageOf(await ask(built, `/v1/usage?group=tenant&${from}`, bob))).toEqual([['bob', 2]]);
  expect(usageOf(await ask(built, `/v1/usage?group=tenant&${from}`, operator))).toEqual([['ada', 2], ['bob', 2]]);
  expect(usageOf(await ask(built, `/v1/usage?window=minute&group=user&${from}`, bob))).toEqual([['bob', 'ana', 2]]);
  const names = async (headers: Headers): Promise<unknown[]> => (await ask(built, '/v1/invoices', headers)).data.map(({ id }) => id).sort();
  expect(await names(ada)).toEqual(['2023-10/ada/ana', '2023-11/ada/ana', '2023-11/ada/ben']);
  expect(await names(bob)).toEqual(['2023-11/bob/ana']);
  expect(await names(operator)).toHaveLength(4);
});

test('usage is that of the project its key belongs to', async () => {
  const built = await house();
  const authorization = await built.bearer('ada', 'read', 'admin');
  const make = async (payload: object): Promise<{ readonly key: KeyId }> => ({ key: keyId((await built.server.inject({ method: 'POST', url: '/v1/keys', headers: { authorization }, payload: { scopes: ['infer'], ...payload } })).json<{ readonly id: string }>().id) });
  const [web, app, none] = [await make({ name: 'a', project: 'web' }), await make({ name: 'b', project: 'app' }), await make({ name: 'c' })];
  const rotated = { key: keyId((await built.server.inject({ method: 'POST', url: `/v1/keys/${web.key}/rotate`, headers: { authorization }, payload: {} })).json<{ readonly id: string }>().id) };
  await built.program.append(logs.usage, built.gateway.facts(...called('r-1', web), ...called('r-2', rotated), ...called('r-3', app), ...called('r-4', none)));
  await built.program.caughtUp(logs.usage);
  const asked = async (query: string): Promise<unknown[]> => (await ask(built, `/v1/usage?${query}`, { authorization })).data.map(({ tenant, project, requests }) => [tenant, project, requests]);
  expect((await asked('group=project')).toSorted()).toEqual([['ada', '', 1], ['ada', 'app', 1], ['ada', 'web', 2]]);
  expect(await asked('group=project&project=web')).toEqual([['ada', 'web', 2]]);
  expect(await asked('group=none&project=')).toEqual([[undefined, undefined, 1]]);
  expect(await asked('group=project&project=nil')).toEqual([]);
});

test('no question that a tenant can ask shows a byte of another', async () => {
  const built = await used();
  const authorization = await built.bearer('bob', 'read', 'infer', 'ingest', 'admin');
  for (const path of ['/v1/usage?tenant=ada', '/v1/usage?group=user&window=minute&tenant=ada', '/v1/invoices?tenant=ada', '/v1/invoices?month=2023-11', '/v1/models']) {
    const { statusCode, body } = await built.server.inject({ url: path, headers: { authorization, 'x-tenant': 'ada', 'cookie': 'tenant=ada' } });
    expect(statusCode).toBe(200);
    expect(body).not.toContain('ada');
  }
});

test('to see numbers a key must be allowed to read; a session of nobody, or a key in its place, sees nothing', async () => {
  const built = await used();
  for (const url of ['/v1/usage', '/v1/invoices']) {
    expect(await ask(built, url, { authorization: await built.bearer('ada', 'infer', 'ingest') })).toMatchObject({ status: 403, code: 'insufficient_scope' });
    expect(await ask(built, url, {})).toMatchObject({ status: 401, code: 'not_signed_in' });
    expect(await ask(built, url, { cookie: 'emily=nobody' })).toMatchObject({ status: 401, code: 'not_signed_in' });
    // A wrong key is not made good by a session that comes with it.
    expect(await ask(built, url, { authorization: 'Bearer em_wrong', cookie: await built.operator() })).toMatchObject({ status: 401, code: 'invalid_api_key' });
  }
  const key = (await built.bearer('ada', 'read')).slice('Bearer '.length);
  expect(await ask(built, '/console/hello', { authorization: `Bearer ${key}` })).toMatchObject({ status: 401 });
});

test('usage is asked by minute or month, in a span of time, and apart by tenant, model or user', async () => {
  const built = await used();
  const headers = { authorization: await built.bearer('ada', 'read') };
  expect(usageOf(await ask(built, '/v1/usage', headers))).toEqual([['phi-4', 1], ['phi-4', 1], ['big', 1]]);
  expect(usageOf(await ask(built, '/v1/usage?group=none', headers))).toEqual([[1], [2]]);
  expect(usageOf(await ask(built, `/v1/usage?group=none&to=${someTime - 86_400_000 * 20}`, headers))).toEqual([[1]]);
  const [minute] = (await ask(built, `/v1/usage?window=minute&group=user&from=${someTime}`, headers)).data;
  const start = someTime - (someTime % 60_000);
  expect(minute).toEqual({
    window: { start, end: start + 60_000 }, tenant: 'ada', user: 'ana', measured: 'here', requests: 1, inputTokens: 30, cachedInputTokens: 0, outputTokens: 50, finality: 'provisional', evidence: [],
  });
  // The ends of a span are half-open, as the windows are.
  expect((await ask(built, `/v1/usage?window=minute&from=${start + 60_000}`, headers)).data).toEqual([]);
  expect((await ask(built, `/v1/usage?window=minute&from=${someTime - 3_600_000}&to=${start}`, headers)).data).toEqual([]);
});

test('invoices come by what they owe, the highest first, of one month where one is asked', async () => {
  const built = await used();
  const headers = { cookie: await built.operator() };
  const { data, asOf } = await ask(built, '/v1/invoices', headers);
  expect(data.map(({ id, total }) => [id, total])[0]).toEqual(['2023-11/bob/ana', '0.02']);
  expect((await ask(built, '/v1/invoices?limit=1', headers)).data).toHaveLength(1);
  expect((await ask(built, '/v1/invoices?month=2023-10', headers)).data.map(({ id }) => id)).toEqual(['2023-10/ada/ana']);
  expect(asOf).toEqual({ commit: expect.any(Number), frontier: null, evidence: [], sentIn: null });
});

test('what was sent in stands beside the calls, with an invoice of its own', async () => {
  const built = await used();
  await built.program.append(logs.events, [sentIn('e-1', { tenant: tenantId('bob') })]);
  await built.program.caughtUp(logs.events);
  const headers = { authorization: await built.bearer('bob', 'read') };
  expect((await ask(built, '/v1/usage?group=none', headers)).data).toMatchObject([{ measured: 'here', requests: 2 }, { measured: 'elsewhere', requests: 1 }]);
  expect((await ask(built, '/v1/invoices', headers)).data).toMatchObject([
    { id: '2023-11/bob/ana', measured: 'here', total: '0.02' },
    { id: '2023-11/bob/ana/elsewhere', measured: 'elsewhere', total: '0.01' },
  ]);
});

test('what is missing is told to the operator, by session or key, and to nobody else', async () => {
  const built = await used();
  const { program, gateway } = built;
  gateway.facts(...called('r-6'), ...called('r-7'));
  await program.append(logs.usage, gateway.facts(...called('r-8')));
  await program.caughtUp(logs.usage);
  const missing = [{ source: 'usage', partition: 0, what: 'sequences', producer: 'gateway-1', epoch: 1, ranges: [[10, 13]], since: expect.any(Number), lost: false }];
  for (const headers of [{ cookie: await built.operator() }, { authorization: await built.bearer(operatorTenant, 'admin') }]) {
    expect(await ask(built, '/v1/missing', headers)).toMatchObject({ status: 200, data: missing });
  }
  expect(await ask(built, '/v1/missing', { authorization: await built.bearer('ada', 'admin', 'read') })).toMatchObject({ status: 403, code: 'operator_only' });
  expect(await ask(built, '/v1/missing', { authorization: await built.bearer(operatorTenant, 'read') })).toMatchObject({ status: 403, code: 'insufficient_scope' });
  expect(await ask(built, '/v1/missing', {})).toMatchObject({ status: 401, code: 'not_signed_in' });
  expect(await ask(built, '/v1/missing?source=usage', { cookie: await built.operator() })).toMatchObject({ status: 400, code: 'invalid_parameter' });
});

test('an invoice says that its month is proved; a gap keeps it open until what is missing has come', async () => {
  const built = await house();
  const { program, gateway } = built;
  const december = Date.parse('2023-12-01T00:00:00+01:00');
  const headers = { cookie: await built.operator() };
  const [begin, end, ...last] = gateway.facts(...called('r-1'), ...called('r-2'));
  await program.append(logs.usage, [begin!, ...last, gateway.promise(december)]);
  const told = async (): Promise<unknown> => [(await ask(built, '/v1/invoices', headers)).data, (await ask(built, '/v1/missing', headers)).data];
  const gap = { what: 'sequences', producer: 'gateway-1', epoch: 1, ranges: [[1, 1]] };
  await expect.poll(told).toMatchObject([[{ total: '0.01', status: 'open', finality: 'provisional', evidence: [] }], [gap]]);
  await program.append(logs.usage, [end!]);
  await expect.poll(told).toMatchObject([[{ total: '0.02', status: 'final', finality: 'final', evidence: ['proved'] }], []]);
});

test('requests that timed out are listed to the operator, with the ends that came after that', async () => {
  const built = await house();
  const { program, gateway } = built;
  const passed = epochMs(someTime + 600_001);
  await program.append(logs.usage, [...gateway.facts(admitted('r-1')), gateway.promise(someTime)]);
  await program.caughtUp(logs.usage);
  await program.declareLost({ source: logs.usage, producer: 'gateway-1', at: someTime, by: 'Ada', reason: 'its machine burnt' });
  const other = new TestGateway(1, 'gateway-2');
  await program.append(logs.usage, [...other.facts(...called('r-2', { admittedAt: passed })), other.promise(passed)]);
  const row = { tenant: 'ada', id: 'r-1', admittedAt: someTime, user: 'ana', model: 'phi-4', gateway: 'gateway-1', timedOut: true };
  const headers = { cookie: await built.operator() };
  const listed = async (): Promise<unknown> => (await ask(built, '/v1/unended', headers)).data;
  await expect.poll(listed).toEqual([{ ...row, end: null }]);
  await program.append(logs.usage, gateway.facts(finished('r-1')));
  await expect.poll(listed).toEqual([{ ...row, end: { outcome: 'completed', units: units(3, 5), provenance: 'engine-final' } }]);
  // Late usage counts while its month is open.
  expect(usageOf(await ask(built, '/v1/usage?group=tenant', headers))).toEqual([['ada', 2]]);
  expect(await ask(built, '/v1/unended', { authorization: await built.bearer('ada', 'admin', 'read') })).toMatchObject({ status: 403, code: 'operator_only' });
});

test.each([
  ['/v1/usage?window=year', "window must be one of minute, hour, day, month, not 'year'."],
  ['/v1/usage?group=colour', "group must be one of none, tenant, model, user, key, project, not 'colour'."],
  ['/v1/usage?from=monday', "from must be whole ms since 1970 in plain digits, not 'monday'."],
  ['/v1/usage?from=', "from must be whole ms since 1970 in plain digits, not ''."],
  ['/v1/usage?from=%20', "from must be whole ms since 1970 in plain digits, not ' '."],
  ['/v1/usage?from=0x10', "from must be whole ms since 1970 in plain digits, not '0x10'."],
  ['/v1/usage?from=-1', "from must be whole ms since 1970 in plain digits, not '-1'."],
  ['/v1/usage?to=1e3', "to must be whole ms since 1970 in plain digits, not '1e3'."],
  ['/v1/usage?to=9007199254740992', "to must be whole ms since 1970 in plain digits, not '9007199254740992'."],
  ['/v1/usage?tenant=a&tenant=b', 'tenant is given 2 times, and which one counts would depend on who reads it.'],
  ['/v1/usage?colour=red', "There is no parameter 'colour'; there are window, from, to, group, tenant, user, model, key, project."],
  ['/v1/invoices?tenant=a&tenant=b', 'tenant is given 2 times, and which one counts would depend on who reads it.'],
  ['/v1/invoices?limit=1001', "limit must be a whole number from 1 to 1000, not '1001'."],
  ['/v1/invoices?limit=0x10', "limit must be a whole number from 1 to 1000, not '0x10'."],
  ['/v1/invoices?limit=1e2', "limit must be a whole number from 1 to 1000, not '1e2'."],
  ['/v1/invoices?month=11-2023', "month must be a month, like 2026-11, not '11-2023'."],
  ['/v1/invoices?month=2026-99', "month must be a month, like 2026-11, not '2026-99'."],
  ['/v1/invoices?month=2026-00', "month must be a month, like 2026-11, not '2026-00'."],
])('%s says what was expected and what came', async (url, message) => {
  const built = await house();
  const { statusCode, body } = await built.server.inject({ url, headers: { authorization: await built.bearer('ada', 'read') } });
  const text = expect.stringMatching(/./);
  const param = /\?(\w+)/.exec(url)?.[1];
  expect([statusCode, JSON.parse(body)]).toEqual([400, { error: { message, type: 'invalid_request_error', param, code: 'invalid_parameter', expected: text, got: expect.any(String), cure: text } }]);
});

test('a sum that a number would not hold exactly is refused, with how to ask for it; apart it is told', async () => {
  const built = await house();
  const most = Number.MAX_SAFE_INTEGER;
  await built.program.append(logs.events, [sentIn('e-1', { units: units(most, 1) }), sentIn('e-2', { at: epochMs(someTime + 5_000), user: userId('ben'), units: units(1, 1) })]);
  await built.program.caughtUp(logs.events);
  const headers = { authorization: await built.bearer('ada', 'read') };
  for (const group of ['none', 'tenant', 'model']) {
    const { statusCode, body } = await built.server.inject({ url: `/v1/usage?group=${group}`, headers });
    expect([statusCode, JSON.parse(body).error]).toMatchObject([422, { code: 'sum_too_large', message: expect.stringContaining('the sum of inputTokens'), cure: expect.stringContaining('group=user') }]);
  }
  expect((await ask(built, '/v1/usage?group=user', headers)).data).toMatchObject([{ user: 'ana', inputTokens: most }, { user: 'ben', inputTokens: 1 }]);
});

test('hours and days add minutes up, days by the calendar of the zone, and every call is told by its key', async () => {
  const built = await house();
  const at = (text: string) => ({ admittedAt: epochMs(Date.parse(text)) });
  const key = keyId('key-2');
  await built.program.append(logs.usage, built.gateway.facts(
    ...called('r-1', at('2023-10-28T21:59:59Z')),
    ...called('r-2', at('2023-10-28T22:00:00Z')), // Midnight in Berlin, of a day that has 25 hours.
    ...called('r-3', { ...at('2023-10-28T22:59:00Z'), key }),
    ...called('r-4', { ...at('2023-10-29T22:59:59Z'), key }),
    ...called('r-5', { ...at('2023-10-29T23:00:00Z'), tenant: tenantId('bob'), key }),
  ));
  await built.program.caughtUp(logs.usage);
  const ada = { authorization: await built.bearer('ada', 'read') };
  const told = async (question: string, headers: Headers = ada): Promise<unknown[]> => (await ask<{ window: { start: number; end: number }; key?: string; requests: number }>(built, `/v1/usage?${question}`, headers)).data.map(({ window, key: of, requests }) => [new Date(window.start).toISOString().slice(5, 16), (window.end - window.start) / 3_600_000, ...(of === undefined ? [] : [of]), requests]);
  expect(await told('window=hour&group=none')).toEqual([['10-28T21:00', 1, 1], ['10-28T22:00', 1, 2], ['10-29T22:00', 1, 1]]);
  expect(await told('window=day&group=none')).toEqual([['10-27T22:00', 24, 1], ['10-28T22:00', 25, 3]]);
  expect(await told('window=day&group=key')).toEqual([['10-27T22:00', 24, 'key-1', 1], ['10-28T22:00', 25, 'key-1', 1], ['10-28T22:00', 25, 'key-2', 2]]);
  expect(await told('window=month&group=none&key=key-2')).toEqual([['09-30T22:00', 745, 2]]);
  // A window that is asked for in part is told whole.
  expect(await told(`window=day&group=none&from=${Date.parse('2023-10-29T20:00:00Z')}&to=${Date.parse('2023-10-29T20:00:01Z')}`)).toEqual([['10-28T22:00', 25, 3]]);
  const bob = { authorization: await built.bearer('bob', 'read') };
  expect(await told('window=hour&group=key&key=key-2', bob)).toEqual([['10-29T23:00', 1, 'key-2', 1]]);
  expect(await told('window=hour&group=key&key=key-1', bob)).toEqual([]);
});
