import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fixedCatalog, type Model } from '../domain/model-catalog.ts';
import { epochMs, modelId, tenantId } from '../domain/names.ts';
import { KnownRoutes } from '../gateway/known-routes.ts';
import { scriptedEngine, wholeJson } from '../gateway/testing/scripted-engine.ts';
import { demoModels } from './catalog.ts';
import { logs } from './program.ts';
import { expectAsDocumented } from './testing/as-documented.ts';
import { type House, house } from './testing/house.ts';

/*
 * Two tenants: whatever Ada asks for, with whatever she knows of Bob, nothing of his changes, and nothing that she is
 * answered tells her of him. She is answered as if what is his did not exist.
 */

const RUNS = Number(process.env['EMILY_RUNS'] ?? 1_000);
/** Where more is made than that, lists of it take longer than what is looked at here. */
const RUNS_A_HOUSE = 100;
const TIMEOUT_MS = 120_000 + RUNS * 50;

/** What is Bob's, or what is nobody's, of the same kinds. */
type Names = {
  readonly tenant: string;
  readonly user: string;
  readonly model: string;
  readonly key: string;
  readonly event: string;
  readonly source: string;
  readonly idempotencyKey: string;
  readonly budget: string;
  readonly request: string;
  readonly project: string;
  /** The name by which somebody signs in, and their id. */
  readonly person: string;
  readonly personId: string;
};

/** Numbers that an act is made of, besides the names. */
type Choice = readonly [first: number, second: number, third: number];

type Request = { readonly params?: string; readonly query?: Readonly<Record<string, string>>; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;
const minuteAgo = (): string => new Date(Date.now() - 60_000).toISOString();

/** The members of `from` that are chosen: those of bits that are set. */
const some = <T extends object>(from: T, bits: number): Partial<T> => Object.fromEntries(Object.entries(from).filter((_, i) => ((bits >> i) & 1) === 1)) as Partial<T>;

const event = ({ tenant, user, model, event: id, source }: Names): object => ({ specversion: '1.0', id, source, type: 'usage', subject: user, time: minuteAgo(), data: { tenant, model, inputTokens: 3, outputTokens: 5 } });
const nothing = (): Request => ({});

const called = (said: object) => ({ model, user, idempotencyKey }: Names, [which, members]: Choice): Request => ({
  body: { model: pick([model, 'phi-4'], which), ...said, ...some({ user, metadata: { user } }, members) },
  headers: some({ 'idempotency-key': idempotencyKey, 'x-stainless-retry-count': '1' }, members >> 2),
});

/** What is asked of each route. One that is not here fails the test: add it. */
const routes: Readonly<Record<string, (names: Names, choice: Choice) => Request>> = {
  'GET /v1/models': nothing,
  'GET /v1/models/*': ({ model }) => ({ params: model }),
  'POST /v1/chat/completions': called({ messages: [{ role: 'user', content: 'how deep' }] }),
  'POST /v1/completions': called({ prompt: 'how deep' }),
  'POST /v1/responses': called({ input: 'how deep' }),
  'POST /v1/embeddings': called({ input: 'how deep' }),
  'GET /v1/usage': ({ tenant, user, model, key }, [group, members, window]) => ({ query: { group: pick(['none', 'tenant', 'model', 'user', 'key', 'project'], group), window: pick(['minute', 'hour', 'day', 'month'], window), ...some({ tenant, user, model, key }, members) } }),
  'GET /v1/invoices': ({ tenant, user }, [members]) => ({ query: some({ tenant, user }, members) }),
  'GET /v1/missing': nothing,
  'GET /v1/unended': nothing,
  'GET /v1/requests': ({ tenant, model, key }, [members]) => ({ query: some({ tenant, model, key }, members) }),
  'GET /v1/requests/:id': ({ request }) => ({ params: request }),
  'GET /v1/popularity': ({ tenant }, [members]) => ({ query: some({ tenant }, members) }),
  'GET /v1/conversations': ({ tenant, user }, [members]) => ({ query: some({ tenant, user }, members) }),
  'GET /v1/fleet': nothing,
  'GET /v1/gpu-time': ({ tenant, model }, [window, members]) => ({ query: { window: pick(['minute', 'month'], window), ...some({ tenant, model }, members) } }),
  'GET /metrics': nothing,
  'GET /openapi.json': nothing,
  'GET /health': nothing,
  'GET /v1/holds': nothing,
  'POST /v1/holds/:id': (_names, [id]) => ({ params: String(1 + (id % 3)), body: { choice: 'discard', by: 'ada', reason: 'mine' } }),
  'GET /v1/tenants': nothing,
  'POST /v1/tenants': ({ tenant }) => ({ body: { id: tenant, name: 'Mine' } }),
  'GET /v1/projects': ({ tenant }, [members]) => ({ query: some({ tenant }, members) }),
  'POST /v1/projects': ({ tenant, project }, [members]) => ({ body: { id: project, name: 'mine', ...some({ tenant }, members) } }),
  'POST /v1/projects/:id/close': ({ tenant, project }, [members]) => ({ params: project, body: some({ tenant }, members) }),
  'GET /v1/users': ({ tenant }, [members]) => ({ query: some({ tenant }, members) }),
  'POST /v1/users': ({ tenant, person }, [role, members]) => ({ body: { name: person, role: pick(['admin', 'developer', 'operator'], role), ...some({ tenant }, members) } }),
  'POST /v1/users/:id/role': ({ personId }, [role]) => ({ params: personId, body: { role: pick(['admin', 'developer', 'operator'], role) } }),
  'POST /v1/users/:id/link': ({ personId }) => ({ params: personId }),
  'POST /v1/users/:id/remove': ({ personId }) => ({ params: personId }),
  'POST /v1/users/:id/erase': ({ personId }) => ({ params: personId }),
  // A password that could be one takes long: it is tried now and then.
  'POST /console/sign-in': ({ tenant, person }, [length]) => ({ body: { tenant, name: person, password: 'p'.repeat(5 + length) }, headers: { 'sec-fetch-site': 'same-origin' } }),
  'POST /console/sign-out': nothing,
  'POST /console/password': nothing,
  'GET /v1/keys': ({ tenant }, [members]) => ({ query: some({ tenant }, members) }),
  'POST /v1/keys': ({ tenant, user, project }, [members]) => ({ body: { name: 'mine', scopes: ['read'], ...some({ tenant, user, project }, members) } }),
  'POST /v1/keys/:id/rotate': ({ key }, [minutes]) => ({ params: key, body: { overlapMinutes: minutes } }),
  'POST /v1/keys/:id/limits': ({ key }, [minutes]) => ({ params: key, body: { requestsPerMinute: 1 + minutes } }),
  'POST /v1/keys/:id/revoke': ({ key }) => ({ params: key }),
  'GET /v1/budgets': ({ tenant }, [members]) => ({ query: some({ tenant }, members) }),
  'GET /v1/write-offs': ({ tenant }, [members]) => ({ query: some({ tenant }, members) }),
  'POST /v1/budgets': ({ tenant, budget, key, user }, [scope, kind, members]) => ({ body: { id: budget, period: 'total', kind: pick(['hard', 'soft'], kind), limit: '1000000', ...pick([{}, { key }, { user }], scope), ...some({ tenant }, members) } }),
  'POST /v1/budgets/remove': ({ tenant, budget }, [members]) => ({ body: { id: budget, ...some({ tenant }, members) } }),
  'POST /v1/credit': ({ tenant }) => ({ body: { tenant, amount: '5.00', reference: 'mine' } }),
  'GET /v1/audit': ({ tenant }, [from, members]) => ({ query: { from: String(from), ...some({ tenant }, members) } }),
  'GET /v1/audit/chain': nothing,
  'POST /v1/sign-in-links': ({ tenant }, [role, members]) => ({ body: { role: pick(['admin', 'developer', 'operator', 'finance'], role), ...some({ tenant }, members) } }),
  'POST /v1/events': (names, [kind]) => ({ body: pick<unknown>([event(names), [event(names), event(names)], { ...event(names), time: 'never' }], kind), headers: { 'content-type': pick(['application/cloudevents+json', 'application/cloudevents-batch+json'], kind) } }),
  'GET /': nothing,
  'GET /sign-in': ({ key }) => ({ query: { token: key } }),
  'GET /console/hello': nothing,
  'GET /console/live': nothing,
};

type Act = { readonly route: string; readonly choice: Choice };

const acts = fc.array(fc.record({ route: fc.constantFrom(...Object.keys(routes)), choice: fc.tuple(fc.nat(7), fc.nat(15), fc.nat(7)) }), { minLength: 1, maxLength: 6 });

/** `request`: the id of one of Bob's. */
type Town = House & { readonly request: string; readonly bobs: Names; readonly nobodys: Names; readonly ada: string; readonly bob: string };

const ids = { nobody: '0000000000A' };

/** A house in which Bob has used everything there is. */
async function town(): Promise<Town> {
  const engine = await scriptedEngine((response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(wholeJson('very deep', 2, 2)));
  const own = (owner: string): Model => ({ id: modelId(`${owner}/own`), owner: tenantId(owner), createdAt: epochMs(0), description: 'of its own' });
  const built = await house(undefined, { models: fixedCatalog([...demoModels, own('bob')]), fleet: { pick: () => engine } });
  const scopes = ['infer', 'ingest', 'read', 'admin'] as const;
  const [ada, bob] = [await built.bearer('ada', ...scopes), await built.bearer('bob', ...scopes)];
  const bobs: Names = { tenant: 'bob', user: 'bobs-user', model: 'bob/own', key: '', event: 'bobs-event', source: 'bobs-meter', idempotencyKey: 'bobs-call', budget: 'bobs-cap', request: '', project: 'bobs-web', person: 'bobs-clerk', personId: '' };
  const post = async (url: string, payload: object, headers: Readonly<Record<string, string>> = {}): Promise<{ readonly id: string; readonly request: string }> => {
    const response = await built.server.inject({ method: 'POST', url, headers: { authorization: bob, ...headers }, payload });
    expect([200, 201]).toContain(response.statusCode);
    return { id: response.json<{ id: string }>().id, request: String(response.headers['x-request-id']) };
  };
  const { id: key } = await post('/v1/keys', { name: 'bobs-key', scopes: ['read'], user: bobs.user });
  const { id: personId } = await post('/v1/users', { name: bobs.person, role: 'developer' });
  await post('/v1/projects', { id: bobs.project, name: bobs.project });
  await post('/v1/budgets', { id: bobs.budget, user: bobs.user, period: 'month', kind: 'hard', limit: '5.00' });
  await post('/v1/events', event(bobs), { 'content-type': 'application/cloudevents+json' });
  const { request } = await post('/v1/chat/completions', { model: bobs.model, messages: [{ role: 'user', content: 'how deep' }], user: bobs.user }, { 'idempotency-key': bobs.idempotencyKey });
  await built.program.caughtUp(logs.events);
  const nobodys: Names = { tenant: 'nil', user: 'nils-user', model: 'nil/own', key: ids.nobody, event: 'nils-event', source: 'nils-meter', idempotencyKey: 'nils-call', budget: 'nils-cap', request: `req_${'0'.repeat(32)}`, project: 'nils-web', person: 'nils-clerk', personId: `usr_${ids.nobody}` };
  return { ...built, request, ada, bob, bobs: { ...bobs, key, request, personId }, nobodys };
}

type Answer = { readonly status: number; readonly text: string };

async function done({ server, program, ada }: Town, { route, choice }: Act, names: Names): Promise<Answer> {
  const [method = '', pattern = ''] = route.split(' ');
  const { params = '', query = {}, body, headers = {} } = (routes[route] as (typeof routes)[string])(names, choice);
  const response = await server.inject({
    method: method as 'GET' | 'POST',
    url: pattern.replace(/:id|\*/, encodeURIComponent(params)),
    query,
    headers: { authorization: ada, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
  if (route === 'POST /v1/events') await program.caughtUp(logs.events);
  expectAsDocumented(route, response);
  return { status: response.statusCode, text: response.body };
}

/** Of what is random and not Bob's, what is a time, and what says how far the program is, nothing is compared. */
const plain = (text: string, bobsRequest: string): string => text.replaceAll(/token=[\w-]{43}/g, 'TOKEN').replaceAll(/req_[0-9a-f]{32}/g, (id) => (id === bobsRequest ? id : 'REQUEST')).replaceAll(/em_[\w-]+/g, 'KEY').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').replaceAll(/usr_\w{11}/g, 'USER').replaceAll(/"(id|rotates)":"[^"]{11}"/g, '"$1":"ID"').replaceAll(/"asOf":\{[^}]*\}/g, '');

const renamed = (text: string, from: Names, to: Names): string => Object.keys(from).reduce((now, name) => now.replaceAll(from[name as keyof Names], to[name as keyof Names]), text);

const seen = ['/v1/usage?group=user', '/v1/usage?group=model&window=minute', '/v1/invoices', '/v1/keys', '/v1/projects', '/v1/users', '/v1/budgets', '/v1/models', '/v1/models/bob%2Fown'];

/** What Bob sees of his. */
async function bobsView({ server, bob }: Town): Promise<readonly string[]> {
  const answers: string[] = [];
  for (const url of seen) {
    const response = await server.inject({ url, headers: { authorization: bob } });
    expect(response.statusCode).toBe(200);
    answers.push(response.body.replaceAll(/"asOf":\{[^}]*\}/g, ''));
  }
  return answers;
}

test('whatever one tenant asks for tells nothing of another and changes nothing of it', { timeout: TIMEOUT_MS }, async () => {
  let now = await town();
  let runs = 0;
  const known = KnownRoutes.of(now.server).filter((route) => !/^(HEAD|OPTIONS) /.test(route));
  expect(Object.keys(routes).toSorted()).toEqual(known.toSorted());
  const statuses = new Set<string>();
  const property = fc.asyncProperty(acts, async (list) => {
    if ((runs += 1) % RUNS_A_HOUSE === 0) now = await town();
    const before = await bobsView(now);
    for (const act of list) {
      const answer = await done(now, act, now.bobs);
      const twin = await done(now, act, now.nobodys);
      statuses.add(`${act.route} ${answer.status}`);
      expect({ act, status: answer.status, text: plain(renamed(answer.text, now.bobs, now.nobodys), now.request) }).toEqual({ act, status: twin.status, text: plain(renamed(twin.text, now.bobs, now.nobodys), now.request) });
    }
    expect(await bobsView(now)).toEqual(before);
  });
  await fc.assert(property, { numRuns: RUNS });
  // It was not refused everywhere.
  expect([...statuses].filter((status) => status.endsWith(' 200') || status.endsWith(' 201')).length).toBeGreaterThan(5);
});
