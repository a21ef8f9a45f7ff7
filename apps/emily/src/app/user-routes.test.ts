import { expect, test } from 'vitest';
import { tenantId } from '../domain/names.ts';
import { type House, house } from './testing/house.ts';

type Headers = Readonly<Record<string, string>>;
type User = { readonly id: string; readonly tenant: string | null; readonly name: string | null; readonly role: string; readonly hasPassword: boolean; readonly link?: { readonly path: string } };

const ours = { 'sec-fetch-site': 'same-origin' };
const password = 'correct horse battery';
const post = async ({ server }: House, url: string, headers: Headers, payload?: object) => server.inject({ method: 'POST', url, headers: { ...ours, ...headers }, ...(payload !== undefined && { payload }) });
const cookieOf = (response: { readonly headers: Readonly<Record<string, unknown>> }): Headers => ({ cookie: String(response.headers['set-cookie']).split(';')[0] as string });
const hello = async ({ server }: House, headers: Headers): Promise<number> => (await server.inject({ url: '/console/hello', headers })).statusCode;

/** A developer of ada who has set a password, and the administrator who made them. */
async function settled() {
  const built = await house();
  const administrator = { authorization: await built.bearer('ada', 'admin') };
  const made = (await post(built, '/v1/users', administrator, { name: 'ann@ada.example', role: 'developer' })).json<User>();
  const session = cookieOf(await built.server.inject({ url: made.link!.path }));
  expect((await post(built, '/console/password', session, { password })).json()).toEqual({ hasPassword: true });
  return { built, administrator, user: made, session };
}

const signIn = (built: House, body: object, headers: Headers = {}) => post(built, '/console/sign-in', headers, body);
const anns = { tenant: 'ada', name: 'ann@ada.example', password };

test('a user is made with a link, sets a password, and signs in by it, out, and in again', async () => {
  const { built, user, administrator } = await settled();
  expect(user).toMatchObject({ id: expect.stringMatching(/^usr_\w{11}$/), tenant: 'ada', name: 'ann@ada.example', role: 'developer', hasPassword: false });
  expect((await built.server.inject({ url: '/v1/users', headers: administrator })).json<{ readonly data: readonly User[] }>().data).toMatchObject([{ id: user.id, hasPassword: true }]);
  const signedIn = await signIn(built, anns);
  expect([signedIn.statusCode, signedIn.json()]).toEqual([200, { role: 'developer', tenant: 'ada' }]);
  const session = cookieOf(signedIn);
  expect(await hello(built, session)).toBe(200);
  const out = await post(built, '/console/sign-out', session);
  expect([out.statusCode, out.headers['set-cookie']]).toEqual([200, 'emily=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0']);
  expect(await hello(built, session)).toBe(401);
  expect((await signIn(built, anns)).statusCode).toBe(200);
});

test.each([
  ['another password', { ...anns, password: `${password}!` }],
  ['another name', { ...anns, name: 'ben@ada.example' }],
  ['another organisation', { ...anns, tenant: 'bob' }],
  ['an organisation that there is not', { ...anns, tenant: 'nil' }],
  ['no organisation', { name: anns.name, password }],
])('with %s nobody signs in, and each is answered the same', async (_what, body) => {
  const { built } = await settled();
  const refused = await signIn(built, body);
  expect([refused.statusCode, refused.headers['set-cookie'], refused.json().error.message]).toEqual([401, undefined, 'There is nobody of that name with that password there.']);
});

test('passwords are taken from our own pages alone, and changed by nobody else', async () => {
  const { built, session } = await settled();
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'none' }]) {
    expect((await signIn(built, anns, headers)).json().error.code).toBe('not_our_page');
    expect((await post(built, '/console/password', { ...session, ...headers }, { password: 'another long password' })).statusCode).toBe(401);
    expect((await post(built, '/console/sign-out', { ...session, ...headers })).statusCode).toBe(401);
  }
  expect((await signIn(built, anns)).statusCode).toBe(200);
});

test('who signed in with a password says it to change it; who came by a link does not know it', async () => {
  const { built } = await settled();
  const session = cookieOf(await signIn(built, anns));
  const change = (body: object) => post(built, '/console/password', session, body);
  expect((await change({ password: 'another long password' })).statusCode).toBe(401);
  expect((await change({ password: 'another long password', current: 'wrong' })).json().error.code).toBe('sign_in_refused');
  expect((await change({ password: 'short', current: password })).json().error.message).toMatch(/^password must be a text of 12 to 256/);
  expect((await change({ password: 'another long password', current: password })).statusCode).toBe(200);
  expect(await hello(built, session)).toBe(200);
  expect((await signIn(built, anns)).statusCode).toBe(401);
  expect((await signIn(built, { ...anns, password: 'another long password' })).statusCode).toBe(200);
});

test('a name is tried ten times in a minute, whether there is such a user or not', async () => {
  const { built } = await settled();
  for (const name of ['ann@ada.example', 'nobody']) {
    const codes: number[] = [];
    for (let i = 0; i < 11; i++) codes.push((await signIn(built, { ...anns, name, password: 'a wrong password' })).statusCode);
    expect([codes[0], codes[10]]).toEqual([401, 429]);
  }
  const refused = await signIn(built, anns);
  expect([refused.statusCode, Number(refused.headers['retry-after-ms'])]).toEqual([429, expect.toSatisfy((ms: number) => ms > 0 && ms <= 6_000)]);
});

test('a session of a role alone can have no password', async () => {
  const built = await house();
  const refused = await post(built, '/console/password', { cookie: await built.operator() }, { password });
  expect([refused.statusCode, refused.json().error.code]).toEqual([409, 'no_user']);
});

test('a role changes for a session that is open; who is removed is out at once', async () => {
  const { built, administrator, user, session } = await settled();
  const make = () => post(built, '/v1/keys', session, { name: 'x', scopes: ['read'] });
  expect((await make()).statusCode).toBe(403);
  expect((await post(built, `/v1/users/${user.id}/role`, administrator, { role: 'admin' })).json()).toMatchObject({ role: 'admin' });
  expect((await make()).statusCode).toBe(201);
  expect((await post(built, `/v1/users/${user.id}/role`, administrator, { role: 'finance' })).json().error.code).toBe('account_conflict');
  expect((await post(built, `/v1/users/${user.id}/remove`, administrator)).json()).toMatchObject({ removedAt: expect.any(String) });
  expect([await hello(built, session), (await signIn(built, anns)).statusCode]).toEqual([401, 401]);
  expect((await post(built, `/v1/users/${user.id}/link`, administrator)).json().error.code).toBe('account_conflict');
});

test('a forgotten password: a new link, and what was open before is over when a new one is set', async () => {
  const { built, administrator, user, session } = await settled();
  const { link } = (await post(built, `/v1/users/${user.id}/link`, administrator)).json<User>();
  const fresh = cookieOf(await built.server.inject({ url: link!.path }));
  expect((await post(built, '/console/password', fresh, { password: 'another long password' })).statusCode).toBe(200);
  expect([await hello(built, session), await hello(built, fresh)]).toEqual([401, 200]);
});

test('who did it is in the audit by their id, without name and password; erased, no answer has the name', async () => {
  const { built, administrator, user, session } = await settled();
  await post(built, `/v1/users/${user.id}/role`, administrator, { role: 'admin' });
  await post(built, '/v1/projects', session, { id: 'web', name: 'Web' });
  const audit = await built.server.inject({ url: '/v1/audit', headers: administrator });
  const acts = audit.json<{ readonly data: readonly object[] }>().data;
  expect(acts).toContainEqual(expect.objectContaining({ act: 'project-created', project: 'web', by: `user ${user.id}` }));
  for (const act of ['user-created', 'user-role-set', 'password-set']) expect(acts).toContainEqual(expect.objectContaining({ act, user: user.id }));
  expect(audit.body).not.toMatch(/sealed|digest|ann@/i);
  expect((await post(built, `/v1/users/${user.id}/erase`, administrator)).json()).toMatchObject({ name: null, erasedAt: expect.any(String), hasPassword: false });
  expect((await built.server.inject({ url: '/v1/users', headers: administrator })).body).not.toContain('ann@');
});

test("an administrator has the own tenant's users, and nobody else's", async () => {
  const { built, administrator, user } = await settled();
  const bob = { authorization: await built.bearer('bob', 'admin') };
  for (const act of ['role', 'link', 'remove', 'erase']) expect((await post(built, `/v1/users/${user.id}/${act}`, bob, act === 'role' ? { role: 'admin' } : {})).statusCode).toBe(404);
  for (const body of [{ name: 'x', role: 'developer', tenant: 'ada' }, { name: 'x', role: 'operator' }]) expect((await post(built, '/v1/users', bob, body)).json().error.code).toBe('operator_only');
  expect((await post(built, '/v1/users', bob, { name: anns.name, role: 'developer' })).statusCode).toBe(201);
  expect((await post(built, '/v1/users', administrator, { name: 'Ann@Ada.example', role: 'developer' })).json().error.code).toBe('account_conflict');
});

test('the operator has all of them, those of the house too', async () => {
  const { built } = await settled();
  const operator = { cookie: await built.operator() };
  expect((await post(built, '/v1/users', operator, { name: 'fin', role: 'finance' })).json()).toMatchObject({ tenant: null, role: 'finance' });
  const named = async (query: string): Promise<unknown[]> => (await built.server.inject({ url: `/v1/users${query}`, headers: operator })).json<{ readonly data: readonly User[] }>().data.map(({ name }) => name);
  expect(await named('')).toEqual(['fin', 'ann@ada.example']);
  expect(await named('?tenant=ada')).toEqual(['ann@ada.example']);
  expect((await post(built, '/v1/users', operator, { name: 'x', role: 'admin', tenant: 'mle' })).json().error.message).toMatch(/^tenant must be a customer/);
});

test('where browsers come by TLS the cookie is bound to it, and pages of that address alone change something', async () => {
  const built = await house(undefined, {}, 'https://emily.example');
  const { token } = await built.sessions.issueLinkFor({ role: 'admin', tenant: tenantId('ada') });
  const answer = await built.server.inject({ url: `/sign-in?token=${token}` });
  expect(answer.headers['set-cookie']).toMatch(/^__Host-emily=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
  const { cookie } = cookieOf(answer) as { readonly cookie: string };
  const made = async (headers: Headers): Promise<number> => (await built.server.inject({ method: 'POST', url: '/v1/keys', headers: { cookie, ...headers }, payload: { name: 'x', scopes: ['read'] } })).statusCode;
  expect([await made({ origin: 'https://emily.example' }), await made({ origin: 'http://localhost:80' })]).toEqual([201, 401]);
  expect(await hello(built, { cookie: cookie.replace('__Host-', '') })).toBe(401);
});
