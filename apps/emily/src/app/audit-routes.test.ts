import { expect, test } from 'vitest';
import { type ChainedCommand, CommandChain } from '../account/command-chain.ts';
import { tenantId } from '../domain/names.ts';
import { logs } from './program.ts';
import { house } from './testing/house.ts';

type Audit = { readonly data: readonly { readonly number: number; readonly act: string; readonly by?: string; readonly chain: string }[]; readonly next: number | null; readonly head: { readonly chain: string; readonly commands: number } };

test('every administrative act is told in its order, with who did it, and without secrets; the chain is that of the log', async () => {
  const { server, bearer, program } = await house();
  const authorization = await bearer('mle', 'admin');
  await server.inject({ method: 'POST', url: '/v1/tenants', headers: { authorization }, payload: { id: 'acme', name: 'Acme GmbH' } });
  await server.inject({ method: 'POST', url: '/v1/keys', headers: { authorization }, payload: { tenant: 'acme', name: 'app', scopes: ['read'] } });
  const response = await server.inject({ url: '/v1/audit', headers: { authorization } });
  const { data, next, head } = response.json<Audit>();
  expect(data.map(({ number }) => number)).toEqual([...data.keys()]);
  expect(data.slice(-2)).toMatchObject([{ act: 'tenant-created', tenant: 'acme', by: expect.stringMatching(/^key /) }, { act: 'key-created', tenant: 'acme', name: 'app', by: expect.stringMatching(/^key /) }]);
  expect(response.body).not.toMatch(/digest/i);
  expect(next).toBeNull();
  expect(head).toEqual({ chain: data.at(-1)?.chain, commands: data.length });
  const chain = new CommandChain();
  for (const command of program.read(logs.commands) as Iterable<ChainedCommand>) chain.follow(command);
  expect(chain.head).toEqual(head);
  expect((await server.inject({ url: `/v1/audit?from=${data.length - 1}`, headers: { authorization } })).json<Audit>().data).toEqual(data.slice(-1));
});

test('it is for the operator and auditors, and of a tenant for its administrators', async () => {
  const { server, bearer, signedIn } = await house();
  expect((await server.inject({ url: '/v1/audit', headers: { authorization: await bearer('ada', 'read') } })).statusCode).toBe(403);
  expect((await server.inject({ url: '/v1/audit' })).statusCode).toBe(401);
  expect((await server.inject({ url: '/v1/audit?from=x', headers: { authorization: await bearer('mle', 'admin') } })).json()).toMatchObject({ error: { code: 'invalid_parameter' } });
  expect((await server.inject({ url: '/v1/audit', headers: { cookie: await signedIn({ role: 'auditor', tenant: undefined }) } })).json<Audit>().head.commands).toBeGreaterThan(0);
});

test('a tenant is told what was done about it, and nothing of how much was done for others, or by which key of the operator', async () => {
  const { server, bearer, signedIn } = await house();
  const ofOperator = { authorization: await bearer('mle', 'admin') };
  const own = { authorization: await bearer('ada', 'admin') };
  const make = async (headers: Readonly<Record<string, string>>, payload: object): Promise<string> => (await server.inject({ method: 'POST', url: '/v1/keys', headers, payload })).json<{ readonly id: string }>().id;
  const first = await make(ofOperator, { tenant: 'ada', name: 'first', scopes: ['read'] });
  await make(ofOperator, { tenant: 'bob', name: 'bobs', scopes: ['read'] });
  const second = await make(own, { name: 'second', scopes: ['read'] });
  await server.inject({ method: 'POST', url: `/v1/keys/${first}/revoke`, headers: ofOperator });
  await server.inject({ method: 'POST', url: `/v1/keys/${second}/revoke`, headers: { cookie: await signedIn({ role: 'admin', tenant: tenantId('ada') }), 'sec-fetch-site': 'same-origin' } });
  const response = await server.inject({ url: '/v1/audit', headers: own });
  const { data, ...rest } = response.json<Audit>();
  expect(rest).toEqual({ next: null });
  expect(data.map(({ number }) => number)).toEqual([...data.keys()]);
  expect(data.filter(({ by }) => by !== undefined)).toMatchObject([
    { act: 'key-created', name: 'first', by: 'operator' },
    { act: 'key-created', name: 'second', by: expect.stringMatching(/^key /) },
    { act: 'key-revoked', key: first, by: 'operator' },
    { act: 'key-revoked', key: second, by: 'console session of ada' },
  ]);
  expect(response.body).not.toMatch(/bob|mle|chain/);
  expect((await server.inject({ url: '/v1/audit?tenant=ada', headers: ofOperator })).json<Audit>().data.map(({ act }) => act)).toEqual(data.map(({ act }) => act));
  expect((await server.inject({ url: '/v1/audit?tenant=bob', headers: own })).statusCode).toBe(403);
});

test('the chain is checked over the whole log when it is asked for, and against one that was kept', async () => {
  const { server, bearer, program } = await house();
  const authorization = await bearer('mle', 'admin');
  const { head } = (await server.inject({ url: '/v1/audit', headers: { authorization } })).json<Audit>();
  await server.inject({ method: 'POST', url: '/v1/tenants', headers: { authorization }, payload: { id: 'acme', name: 'Acme GmbH' } });
  const asked = async (query = '') => (await server.inject({ url: `/v1/audit/chain${query}`, headers: { authorization } })).json<object>();
  const acts = [...program.read(logs.commands)].length;
  expect(await asked()).toEqual({ holds: true, acts, chain: expect.stringMatching(/^[0-9a-f]{64}$/), flaw: null, keptAt: null });
  expect(await asked(`?kept=${head.chain}`)).toMatchObject({ holds: true, keptAt: head.commands - 1 });
  expect(await asked('?kept=abc')).toMatchObject({ error: { code: 'invalid_parameter' } });
});
