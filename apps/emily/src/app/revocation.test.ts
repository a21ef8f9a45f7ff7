import { expect, test } from 'vitest';
import { epochMs, keyId, tenantId, userId } from '../domain/names.ts';
import { fixedCatalog } from '../domain/model-catalog.ts';
import { scriptedEngine, wholeJson } from '../gateway/testing/scripted-engine.ts';
import { demoModels } from './catalog.ts';
import { type House, house } from './testing/house.ts';

/*
 * What no longer opens anything, everywhere: on a socket, over connections that were there before. Asked until it is
 * refused, for a second at most.
 */

type Headers = Readonly<Record<string, string>>;

const SECOND_MS = 1_000;
const ours = { 'sec-fetch-site': 'same-origin' };

async function opened(): Promise<{ readonly built: House; readonly origin: string }> {
  const engine = await scriptedEngine((response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(wholeJson('deep', 2, 2)));
  const built = await house(undefined, { models: fixedCatalog(demoModels), fleet: { pick: () => engine } });
  return { built, origin: await built.server.listen({ host: '127.0.0.1', port: 0 }) };
}

/** Everything that a key opens. */
const doors: Readonly<Record<string, { readonly path: string; readonly body?: object; readonly type?: string }>> = {
  call: { path: '/v1/chat/completions', body: { model: demoModels[0]?.id, messages: [{ role: 'user', content: 'how deep' }] } },
  models: { path: '/v1/models' },
  usage: { path: '/v1/usage' },
  keys: { path: '/v1/keys' },
  events: { path: '/v1/events', body: { specversion: '1.0', id: 'e', source: 's', type: 'usage', subject: 'ann', time: new Date(Date.now() - 60_000).toISOString(), data: { model: 'phi-4', inputTokens: 1, outputTokens: 1 } }, type: 'application/cloudevents+json' },
};

async function statuses(origin: string, headers: Headers): Promise<Readonly<Record<string, number>>> {
  const found: Record<string, number> = {};
  for (const [name, { path, body, type = 'application/json' }] of Object.entries(doors)) {
    const response = await fetch(`${origin}${path}`, { headers: { ...headers, ...(body !== undefined && { 'content-type': type }) }, ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }) });
    await response.arrayBuffer();
    found[name] = response.status;
  }
  return found;
}

const allOpen = (found: Readonly<Record<string, number>>): boolean => Object.values(found).every((status) => status === 200 || status === 202);
const allShut = { call: 401, models: 401, usage: 401, keys: 401, events: 401 };

async function shutWithinASecond(origin: string, headers: Headers, since: number): Promise<void> {
  await expect.poll(() => statuses(origin, headers), { timeout: SECOND_MS, interval: 50 }).toEqual(allShut);
  expect(performance.now() - since).toBeLessThan(SECOND_MS);
}

const idOf = (authorization: string): string => /em_(\w{11})_/.exec(authorization)?.[1] ?? '';

test('a key that is revoked opens nothing within a second, wherever it is shown', { retry: 2 }, async () => {
  const { built, origin } = await opened();
  const authorization = await built.bearer('ada', 'infer', 'read', 'ingest', 'admin');
  expect(await statuses(origin, { authorization })).toSatisfy(allOpen);
  const since = performance.now();
  await fetch(`${origin}/v1/keys/${idOf(authorization)}/revoke`, { method: 'POST', headers: { authorization: await built.bearer('mle', 'admin') } });
  await shutWithinASecond(origin, { authorization }, since);
});

test('a key that expires opens nothing from then on', { retry: 2 }, async () => {
  const { built, origin } = await opened();
  const administrator = { authorization: await built.bearer('ada', 'admin'), 'content-type': 'application/json' };
  const expiresAt = new Date(Date.now() + 700);
  const made = await fetch(`${origin}/v1/keys`, { method: 'POST', headers: administrator, body: JSON.stringify({ name: 'short', scopes: ['infer', 'read', 'ingest', 'admin'], expiresAt }) });
  const { key } = (await made.json()) as { readonly key: string };
  const headers = { authorization: `Bearer ${key}` };
  expect(await statuses(origin, headers)).toSatisfy(allOpen);
  await expect.poll(() => Date.now(), { timeout: 2_000 }).toBeGreaterThanOrEqual(expiresAt.getTime());
  expect(await statuses(origin, headers)).toEqual(allShut);
});

test('a key that was rotated is good for the overlap, and then its successor alone', { retry: 2 }, async () => {
  const { built, origin } = await opened();
  const authorization = await built.bearer('ada', 'infer', 'read', 'ingest', 'admin');
  // A whole number of minutes over HTTP; the desk takes any.
  const made = await built.desk.rotateKey(keyId(idOf(authorization)), 700);
  const until = built.accounts.key(keyId(idOf(authorization)))?.expiresAt ?? epochMs(0);
  expect([await statuses(origin, { authorization }), await statuses(origin, { authorization: `Bearer ${made.text}` })]).toSatisfy((both: Readonly<Record<string, number>>[]) => both.every(allOpen));
  await expect.poll(() => Date.now(), { timeout: 2_000 }).toBeGreaterThanOrEqual(until);
  expect(await statuses(origin, { authorization })).toEqual(allShut);
  expect(await statuses(origin, { authorization: `Bearer ${made.text}` })).toSatisfy(allOpen);
});

const ends: Readonly<Record<string, (built: House, user: string, cookie: string) => Promise<unknown>>> = {
  'who signs out': async ({ server }, _user, cookie) => server.inject({ method: 'POST', url: '/console/sign-out', headers: { cookie, ...ours } }),
  'who is removed': async ({ userDesk }, user) => userDesk.remove(userId(user)),
  'whose password was changed elsewhere': async ({ userDesk }, user) => userDesk.setPassword(userId(user), 'correct horse battery', 'another session'),
};

// A machine that is busy with other tests may lose a second; what fails three times is broken.
test.each(Object.keys(ends))('%s is signed in nowhere within a second, and what streams to their page ends', { retry: 2 }, async (name) => {
  const { built, origin } = await opened();
  const user = await built.userDesk.create({ role: 'auditor', tenant: undefined }, 'ann');
  const cookie = await built.signedIn({ role: 'auditor', tenant: undefined, user: user.id });
  const live = await fetch(`${origin}/console/live`, { headers: { cookie } });
  const [hello, read] = [async (): Promise<number> => (await fetch(`${origin}/console/hello`, { headers: { cookie } })).status, live.text()];
  expect([live.status, await hello()]).toEqual([200, 200]);
  await ends[name]?.(built, user.id, cookie);
  const since = performance.now();
  expect(await read).toContain('event: now');
  expect([await hello(), performance.now() - since]).toEqual([401, expect.toSatisfy((ms: number) => ms < SECOND_MS)]);
});

test('a session of a tenant that was never of the house streams nothing', async () => {
  const { built, origin } = await opened();
  const cookie = await built.signedIn({ role: 'admin', tenant: tenantId('ada') });
  expect((await fetch(`${origin}/console/live`, { headers: { cookie } })).status).toBe(401);
});
