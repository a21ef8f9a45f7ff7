import { expect, test } from 'vitest';
import type { Person } from '../account/role.ts';
import type { Scope } from '../domain/credential.ts';
import { tenantId } from '../domain/names.ts';
import { KnownRoutes } from '../gateway/known-routes.ts';
import { type House, house } from './testing/house.ts';

/*
 * Every route with everybody: who is let in, and who is answered 401 or 403. What is let in may still be refused for
 * what it asks (400, 404), which is not looked at here. Written out, so that a change of the rights has to be meant.
 */

const ada = tenantId('ada');
const people: Readonly<Record<string, Person>> = {
  operator: { role: 'operator', tenant: undefined },
  finance: { role: 'finance', tenant: undefined },
  auditor: { role: 'auditor', tenant: undefined },
  admin: { role: 'admin', tenant: ada },
  developer: { role: 'developer', tenant: ada },
};
const keys: Readonly<Record<string, readonly [tenant: string, scope: Scope]>> = {
  'operator key': ['mle', 'admin'],
  'admin key': ['ada', 'admin'],
  'read key': ['ada', 'read'],
  'infer key': ['ada', 'infer'],
  'ingest key': ['ada', 'ingest'],
};
const everybody: readonly string[] = [...Object.keys(people), ...Object.keys(keys), 'nobody'];

const house3 = ['operator', 'finance', 'auditor', 'operator key'];
const administrators = ['operator', 'admin', 'operator key', 'admin key'];
const readers = [...house3, 'admin', 'developer', 'admin key', 'read key'];
const lookers = [...house3, 'admin', 'developer', 'admin key'];
const operators = ['operator', 'operator key'];
const callers = ['infer key'];
const modelReaders = ['infer key', 'read key'];

/** Who is let in. A route that is not here fails the test: add it. */
const rights: Readonly<Record<string, readonly string[]>> = {
  'GET /v1/models': modelReaders,
  'GET /v1/models/*': modelReaders,
  'POST /v1/chat/completions': callers,
  'POST /v1/completions': callers,
  'POST /v1/responses': callers,
  'POST /v1/embeddings': callers,
  'POST /v1/events': ['ingest key'],
  'GET /v1/usage': readers,
  'GET /v1/invoices': readers,
  'GET /v1/popularity': readers,
  'GET /v1/conversations': readers,
  'GET /v1/fleet': readers,
  'GET /v1/gpu-time': readers,
  'GET /v1/budgets': readers,
  'GET /v1/write-offs': readers,
  'GET /v1/missing': house3,
  'GET /v1/unended': house3,
  'GET /v1/requests': house3,
  'GET /v1/requests/:id': readers,
  'GET /metrics': house3,
  'GET /v1/holds': house3,
  'POST /v1/holds/:id': operators,
  'GET /v1/tenants': house3,
  'POST /v1/tenants': operators,
  'GET /v1/projects': lookers,
  'POST /v1/projects': administrators,
  'POST /v1/projects/:id/close': administrators,
  'GET /v1/users': lookers,
  'POST /v1/users': administrators,
  'POST /v1/users/:id/role': administrators,
  'POST /v1/users/:id/link': administrators,
  'POST /v1/users/:id/remove': administrators,
  'POST /v1/users/:id/erase': administrators,
  'GET /v1/keys': lookers,
  'POST /v1/keys': administrators,
  'POST /v1/keys/:id/rotate': administrators,
  'POST /v1/keys/:id/limits': administrators,
  'POST /v1/keys/:id/revoke': administrators,
  'POST /v1/budgets': administrators,
  'POST /v1/budgets/remove': administrators,
  'POST /v1/credit': ['operator', 'finance', 'operator key'],
  'POST /v1/sign-in-links': administrators,
  'GET /v1/audit': ['operator', 'auditor', 'admin', 'operator key', 'admin key'],
  'GET /v1/audit/chain': ['operator', 'auditor', 'operator key'],
  'GET /console/hello': Object.keys(people),
  'GET /console/live': ['operator', 'finance', 'auditor'],
  'POST /console/sign-in': Object.keys(people),
  'POST /console/password': Object.keys(people),
  // The last: it ends the session.
  'POST /console/sign-out': Object.keys(people),
};
/** Of the page itself, and of signing in: for everybody. */
const open: readonly string[] = ['GET /openapi.json', 'GET /health', 'GET /', 'GET /sign-in'];

const headersOf = async ({ signedIn, bearer }: House, name: string): Promise<Readonly<Record<string, string>>> => {
  const [person, key] = [people[name], keys[name]];
  if (person !== undefined) return { cookie: await signedIn(person), 'sec-fetch-site': 'same-origin' };
  return key === undefined ? {} : { authorization: await bearer(...key) };
};

test('every route lets in whom it should, and nobody else', async () => {
  const built = await house();
  const { server } = built;
  const routes = KnownRoutes.of(server).filter((route) => !/^(HEAD|OPTIONS) /.test(route));
  expect([...Object.keys(rights), ...open].toSorted()).toEqual(routes.toSorted());
  const address = await server.listen({ port: 0, host: '127.0.0.1' });
  for (const name of everybody) {
    const headers = await headersOf(built, name);
    const letIn: string[] = [];
    for (const route of Object.keys(rights)) {
      const [method = '', pattern = ''] = route.split(' ');
      const url = `${address}${pattern.replace(/:id|\*/, '1')}`;
      const stop = new AbortController();
      const response = await fetch(url, { method, headers: { ...headers, ...(method === 'POST' && { 'content-type': 'application/json' }) }, ...(method === 'POST' && { body: '{}' }), signal: stop.signal });
      stop.abort();
      if (response.status !== 401 && response.status !== 403) letIn.push(route);
    }
    expect({ name, letIn }).toEqual({ name, letIn: Object.keys(rights).filter((route) => rights[route]?.includes(name)) });
  }
});

test('a session changes nothing from a page that is not ours', async () => {
  const built = await house();
  const cookie = await built.signedIn({ role: 'admin', tenant: ada });
  const asked = async (headers: Readonly<Record<string, string>>): Promise<number> =>
    (await built.server.inject({ method: 'POST', url: '/v1/keys', headers: { cookie, ...headers }, payload: { name: 'app', scopes: ['read'] } })).statusCode;
  for (const headers of [{}, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { 'sec-fetch-site': 'none' }, { origin: 'https://evil.example' }]) expect([headers, await asked(headers)]).toEqual([headers, 401]);
  expect(await asked({ 'sec-fetch-site': 'same-origin' })).toBe(201);
});
