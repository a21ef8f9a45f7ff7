import { expect, test } from 'vitest';
import { Accounts } from '../account/accounts.ts';
import type { AccountCommand } from '../account/command.ts';
import { epochMs } from '../domain/names.ts';
import { logs } from './program.ts';
import { type House, house } from './testing/house.ts';

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>>; readonly code: unknown };

async function ask({ server }: House, method: 'GET' | 'POST', url: string, authorization: string, payload?: object): Promise<Answer> {
  const response = await server.inject({ method, url, headers: { authorization }, ...(payload !== undefined && { payload }) });
  const body = response.json<Record<string, unknown>>();
  return { status: response.statusCode, body, code: (body['error'] as { code?: unknown } | undefined)?.code };
}

const admin = (built: House): Promise<string> => built.bearer('mle', 'admin');
const mayRead = async (built: House, key: unknown): Promise<number> => (await built.server.inject({ url: '/v1/usage', headers: { authorization: `Bearer ${key}` } })).statusCode;

test('a tenant and its key, made over HTTP, work at once, and after a restart; only the answer that made the key has it', async () => {
  const built = await house();
  const operator = await admin(built);
  expect(await ask(built, 'POST', '/v1/tenants', operator, { id: 'acme', name: 'Acme GmbH' })).toMatchObject({ status: 201, body: { id: 'acme', name: 'Acme GmbH' } });
  const made = await ask(built, 'POST', '/v1/keys', operator, { tenant: 'acme', name: 'billing', scopes: ['read'] });
  expect(made).toMatchObject({ status: 201, body: { tenant: 'acme', name: 'billing', scopes: ['read'], user: null, expiresAt: null, revokedAt: null, key: expect.stringMatching(/^em_/) } });
  expect(await mayRead(built, made.body['key'])).toBe(200);
  const listed = await ask(built, 'GET', '/v1/keys?tenant=acme', operator);
  expect(listed.body['data']).toMatchObject([{ id: made.body['id'], name: 'billing' }]);
  expect(JSON.stringify(listed.body)).not.toContain(made.body['key']);
  const again = new Accounts(() => epochMs(Date.now()));
  const commands = [...built.program.read(logs.commands)] as AccountCommand[];
  for (const command of commands) again.apply(command);
  expect(again.authenticate(`Bearer ${made.body['key']}`)).toMatchObject({ tenant: 'acme' });
  // Who did it is written down; the key is not.
  expect(commands.at(-1)).toMatchObject({ kind: 'key-created', by: expect.stringMatching(/^key /) });
  expect(JSON.stringify(commands)).not.toContain(made.body['key']);
});

test('the same tenant once more changes nothing; another name is refused', async () => {
  const built = await house();
  const operator = await admin(built);
  const acme = { id: 'acme', name: 'Acme GmbH' };
  await ask(built, 'POST', '/v1/tenants', operator, acme);
  expect(await ask(built, 'POST', '/v1/tenants', operator, acme)).toMatchObject({ status: 201 });
  expect(await ask(built, 'POST', '/v1/tenants', operator, { ...acme, name: 'Other' })).toMatchObject({ status: 409, code: 'account_conflict', body: { error: { message: "Tenant acme is called 'Acme GmbH' already." } } });
  expect((await ask(built, 'GET', '/v1/tenants', operator)).body['data']).toHaveLength(4);
});

test('a key is rotated: both are good for a while, and then the new one; revoked it is refused at once', async () => {
  const built = await house();
  const operator = await admin(built);
  const first = await ask(built, 'POST', '/v1/keys', operator, { tenant: 'ada', name: 'app', scopes: ['read', 'infer'], user: 'ann' });
  const second = await ask(built, 'POST', `/v1/keys/${first.body['id']}/rotate`, operator, { overlapMinutes: 5 });
  expect(second).toMatchObject({ status: 201, body: { tenant: 'ada', name: 'app', scopes: ['read', 'infer'], user: 'ann', expiresAt: null } });
  expect([await mayRead(built, first.body['key']), await mayRead(built, second.body['key'])]).toEqual([200, 200]);
  const at = await ask(built, 'GET', '/v1/keys?tenant=ada', operator);
  const former = (at.body['data'] as { id: string; expiresAt: string }[]).find(({ id }) => id === first.body['id']);
  expect(Date.parse(former?.expiresAt ?? '') - Date.now()).toBeGreaterThan(4 * 60_000);
  const third = await ask(built, 'POST', `/v1/keys/${second.body['id']}/rotate`, operator, { overlapMinutes: 0 });
  expect([await mayRead(built, second.body['key']), await mayRead(built, third.body['key'])]).toEqual([401, 200]);
  expect(await ask(built, 'POST', `/v1/keys/${second.body['id']}/rotate`, operator)).toMatchObject({ status: 409, code: 'account_conflict' });
  expect(await ask(built, 'POST', `/v1/keys/${third.body['id']}/revoke`, operator)).toMatchObject({ status: 200, body: { revokedAt: expect.any(String) } });
  expect(await ask(built, 'POST', `/v1/keys/${third.body['id']}/revoke`, operator)).toMatchObject({ status: 200 });
  expect(await mayRead(built, third.body['key'])).toBe(401);
});

test("an administrator of a tenant has its own keys; others' are not there, and no act of his changes them", async () => {
  const built = await house();
  const [ada, bob, operator] = [await built.bearer('ada', 'admin'), await built.bearer('bob', 'admin'), await admin(built)];
  const bobs = await ask(built, 'POST', '/v1/keys', bob, { name: 'app', scopes: ['infer'] });
  expect(bobs).toMatchObject({ status: 201, body: { tenant: 'bob' } });
  const before = (await ask(built, 'GET', '/v1/keys?tenant=bob', operator)).body;
  const id = bobs.body['id'];
  const unknown = await ask(built, 'POST', '/v1/keys/0000000000A/revoke', ada);
  for (const act of ['revoke', 'rotate']) {
    const answer = await ask(built, 'POST', `/v1/keys/${id}/${act}`, ada);
    // As where there is no such key.
    expect(JSON.stringify(answer).replaceAll(String(id), '0000000000A')).toBe(JSON.stringify(unknown));
  }
  expect(await ask(built, 'POST', '/v1/keys', ada, { tenant: 'bob', name: 'x', scopes: ['infer'] })).toMatchObject({ status: 403, code: 'operator_only' });
  expect(await ask(built, 'GET', '/v1/keys?tenant=bob', ada)).toMatchObject({ status: 403 });
  expect(await ask(built, 'GET', '/v1/tenants', ada)).toMatchObject({ status: 403 });
  expect(await ask(built, 'POST', '/v1/tenants', ada, { id: 'eve', name: 'Eve' })).toMatchObject({ status: 403 });
  expect((await ask(built, 'GET', '/v1/keys', ada)).body['data']).toMatchObject([{ tenant: 'ada' }]);
  expect((await ask(built, 'GET', '/v1/keys?tenant=bob', operator)).body).toEqual(before);
});

test('a key without the scope admin administers nothing', async () => {
  const built = await house();
  const reader = await built.bearer('mle', 'read', 'infer', 'ingest');
  for (const [method, url] of [['GET', '/v1/tenants'], ['POST', '/v1/tenants'], ['GET', '/v1/keys'], ['POST', '/v1/keys'], ['POST', '/v1/keys/x/rotate'], ['POST', '/v1/keys/x/revoke']] as const) {
    expect([url, await ask(built, method, url, reader, method === 'POST' ? {} : undefined)]).toMatchObject([url, { status: 403, code: 'insufficient_scope' }]);
  }
});

test.each([
  [{ name: 'x', scopes: ['infer'] }, 'tenant must be the id of a tenant: the operator acts for all of them.'],
  [{ tenant: 'ada', scopes: ['infer'] }, 'name must say what the key is for, in 1 to 100 characters in one line.'],
  [{ tenant: 'ada', name: 'x', scopes: [] }, 'scopes must be a list of one or more of infer, ingest, read, admin, each once.'],
  [{ tenant: 'ada', name: 'x', scopes: ['root'] }, 'scopes must be a list of one or more of infer, ingest, read, admin, each once.'],
  [{ tenant: 'ada', name: 'x\n', scopes: ['infer'] }, 'name must say what the key is for, in 1 to 100 characters in one line.'],
  [{ tenant: 'ada', name: 'x', scopes: ['infer'], expiresAt: '2026-02-30T00:00:00Z' }, 'expiresAt must be a time as 2027-01-31T12:00:00Z, or left out.'],
  [{ tenant: 'ada', name: 'x', scopes: ['infer'], more: 1 }, "There is no member 'more'; there are tenant, name, scopes, user, project, expiresAt."],
])('a wish for a key that is not one is refused with what is wrong: %j', async (wish, message) => {
  const built = await house();
  expect(await ask(built, 'POST', '/v1/keys', await admin(built), wish)).toMatchObject({ status: 400, code: 'invalid_account', body: { error: { message } } });
});

test('a key for nobody, one that has expired, and a tenant with an impossible id are refused', async () => {
  const built = await house();
  const operator = await admin(built);
  expect(await ask(built, 'POST', '/v1/keys', operator, { tenant: 'nobody', name: 'x', scopes: ['infer'] })).toMatchObject({ status: 404, code: 'unknown_account' });
  expect(await ask(built, 'POST', '/v1/keys', operator, { tenant: 'ada', name: 'x', scopes: ['infer'], expiresAt: '2020-01-01T00:00:00Z' })).toMatchObject({ status: 409, code: 'account_conflict' });
  expect(await ask(built, 'POST', '/v1/tenants', operator, { id: '__proto__', name: 'x' })).toMatchObject({ status: 400, code: 'invalid_account' });
});

test('a key is limited; those that are made in its place share that, and what is left of it', async () => {
  const built = await house();
  const ada = await built.bearer('ada', 'admin');
  const first = await ask(built, 'POST', '/v1/keys', ada, { name: 'app', scopes: ['infer'] });
  const limited = await ask(built, 'POST', `/v1/keys/${first.body['id']}/limits`, ada, { requestsPerMinute: 2, tokensPerMinute: 1_000 });
  expect(limited).toMatchObject({ status: 200, body: { id: first.body['id'], requestsPerMinute: 2, tokensPerMinute: 1_000 } });
  const second = await ask(built, 'POST', `/v1/keys/${first.body['id']}/rotate`, ada, {});
  const third = await ask(built, 'POST', `/v1/keys/${second.body['id']}/rotate`, ada, {});
  const listed = (await ask(built, 'GET', '/v1/keys', ada)).body['data'] as { id: string; requestsPerMinute: number | null }[];
  expect(listed.map(({ requestsPerMinute }) => requestsPerMinute)).toEqual([null, 2, 2, 2]);
  const called = async (key: unknown): Promise<unknown> => {
    const answer = await built.server.inject({ method: 'POST', url: '/v1/chat/completions', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, payload: '{' });
    return [answer.statusCode, answer.headers['x-ratelimit-remaining-requests']];
  };
  expect([await called(first.body['key']), await called(second.body['key']), await called(third.body['key'])]).toEqual([[400, '1'], [400, '0'], [429, '0']]);
  expect(await ask(built, 'POST', `/v1/keys/${third.body['id']}/limits`, ada, {})).toMatchObject({ body: { requestsPerMinute: null, tokensPerMinute: null } });
  expect(await called(first.body['key'])).toEqual([400, undefined]);
});

test("the operator's limit holds: a tenant's administrators see it, and cannot change it", async () => {
  const built = await house();
  const [ada, operator] = [await built.bearer('ada', 'admin'), await admin(built)];
  const { id } = (await ask(built, 'POST', '/v1/keys', ada, { name: 'app', scopes: ['infer'] })).body;
  await ask(built, 'POST', `/v1/keys/${id}/limits`, operator, { requestsPerMinute: 2 });
  expect(await ask(built, 'POST', `/v1/keys/${id}/limits`, ada, { requestsPerMinute: 900 })).toMatchObject({ status: 403, code: 'operator_only' });
  const { id: next } = (await ask(built, 'POST', `/v1/keys/${id}/rotate`, ada, {})).body;
  expect(await ask(built, 'POST', `/v1/keys/${next}/limits`, ada, {})).toMatchObject({ status: 403 });
  expect(await ask(built, 'POST', `/v1/keys/${next}/limits`, operator, { requestsPerMinute: 3 })).toMatchObject({ status: 200, body: { requestsPerMinute: 3 } });
});

test.each([[{ requestsPerMinute: 0 }], [{ requestsPerMinute: 1.5 }], [{ requestsPerMinute: '7' }], [{ tokensPerMinute: 1_000_000_001 }]])('a limit that is none is refused: %j', async (wish) => {
  const built = await house();
  const ada = await built.bearer('ada', 'admin');
  const { id } = (await ask(built, 'POST', '/v1/keys', ada, { name: 'app', scopes: ['infer'] })).body;
  expect(await ask(built, 'POST', `/v1/keys/${id}/limits`, ada, wish)).toMatchObject({ status: 400, body: { error: { message: `${Object.keys(wish)[0]} must be a whole number from 1 to 1000000000, or null for no limit.` } } });
});
