import { expect, test } from 'vitest';
import { tenantId } from '../domain/names.ts';
import { type House, house } from './testing/house.ts';

const ada = tenantId('ada');
const ours = { 'sec-fetch-site': 'same-origin' };

type Link = { readonly tenant: string | null; readonly role: string; readonly path: string; readonly expiresAt: string };

const asked = ({ server }: House, headers: Readonly<Record<string, string>>, payload: object) => server.inject({ method: 'POST', url: '/v1/sign-in-links', headers: { ...ours, ...headers }, payload });

test('an administrator lets somebody of the own tenant in, once, who sees that tenant and no other', async () => {
  const built = await house();
  const response = await asked(built, { authorization: await built.bearer('ada', 'admin') }, { role: 'developer' });
  expect([response.statusCode, response.headers['cache-control']]).toEqual([201, 'no-store']);
  const { path, ...link } = response.json<Link>();
  expect(link).toEqual({ tenant: 'ada', role: 'developer', expiresAt: expect.stringMatching(/Z$/) });
  const used = await built.server.inject({ url: path });
  const cookie = String(used.headers['set-cookie']).split(';')[0] as string;
  expect((await built.server.inject({ url: path })).statusCode).toBe(401);
  expect((await built.server.inject({ url: '/v1/usage', headers: { cookie } })).statusCode).toBe(200);
  expect((await built.server.inject({ url: '/v1/keys?tenant=bob', headers: { cookie } })).statusCode).toBe(403);
  const { data } = (await built.server.inject({ url: '/v1/keys', headers: { cookie } })).json<{ readonly data: readonly { readonly tenant: string }[] }>();
  expect(new Set(data.map(({ tenant }) => tenant))).toEqual(new Set(['ada']));
});

test('whoever is signed in as an administrator lets others in too; a developer nobody', async () => {
  const built = await house();
  expect((await asked(built, { cookie: await built.signedIn({ role: 'admin', tenant: ada }) }, { role: 'admin' })).json<Link>()).toMatchObject({ tenant: 'ada', role: 'admin' });
  const refused = await asked(built, { cookie: await built.signedIn({ role: 'developer', tenant: ada }) }, { role: 'developer' });
  expect([refused.statusCode, refused.json().error.code]).toEqual([403, 'insufficient_role']);
});

test('the operator lets anybody in: of a tenant, or of the house', async () => {
  const built = await house();
  const cookie = await built.operator();
  const wishes = [{ role: 'admin', tenant: 'bob' }, { role: 'finance' }, { role: 'auditor' }, { role: 'operator' }];
  for (const wish of wishes) expect((await asked(built, { cookie }, wish)).json<Link>()).toMatchObject({ tenant: null, ...wish });
});

test.each([
  ['of no role', {}, 400, 'role must be one of'],
  ['of a role that there is not', { role: 'root', tenant: 'ada' }, 400, 'role must be one of'],
  ['of a tenant, without a tenant', { role: 'admin' }, 400, 'tenant must be the id of a tenant'],
  ['of the house, with a tenant', { role: 'finance', tenant: 'ada' }, 400, 'tenant must be left out'],
  ["of the operator's tenant", { role: 'admin', tenant: 'mle' }, 400, 'tenant must be a customer'],
  ['of nobody', { role: 'admin', tenant: 'nil' }, 404, 'There is no tenant nil'],
  ['with another member', { role: 'finance', user: 'x' }, 400, "no member 'user'"],
])('the operator lets in nobody %s', async (_what, body, status, says) => {
  const built = await house();
  const response = await asked(built, { cookie: await built.operator() }, body);
  expect([response.statusCode, response.json().error.message]).toEqual([status, expect.stringContaining(says)]);
});

test.each([[{ role: 'admin', tenant: 'bob' }], [{ role: 'operator' }], [{ role: 'finance', tenant: 'ada' }], [{ role: 'auditor' }]])('an administrator of a tenant lets in nobody else: %j', async (body) => {
  const built = await house();
  const response = await asked(built, { authorization: await built.bearer('ada', 'admin') }, body);
  expect([response.statusCode, response.json().error.code]).toEqual([403, 'operator_only']);
});

test('who let whom in is in the audit, without anything that opens', async () => {
  const built = await house();
  await asked(built, { cookie: await built.signedIn({ role: 'admin', tenant: ada }) }, { role: 'developer' });
  const { body } = await built.server.inject({ url: '/v1/audit', headers: { cookie: await built.operator() } });
  const acts = JSON.parse(body).data as readonly object[];
  expect(acts).toContainEqual(expect.objectContaining({ act: 'sign-in-link-issued', tenant: 'ada', role: 'developer', by: 'console session of ada' }));
  expect(body).not.toMatch(/digest|token/i);
});

