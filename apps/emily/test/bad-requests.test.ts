import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { UsageEvent } from '../src/domain/usage-event.ts';
import { clientOf, usageEvent, type Client } from './client.ts';
import { liveState, signIn, type Operator } from './operator.ts';
import { startProcess, type EmilyProcess } from './process.ts';
import { storedBad, storedRows, storeIn } from './stored.ts';

/*
 * Requests that are no good, to the real process: each is refused by name and stops nobody else. All
 * tests ask the same process, and after each of them a good call is served.
 */

let data = '';
let emily: EmilyProcess;
let client: Client;
let operator: Operator;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'emily-'));
  emily = startProcess(['--data', data, '--no-demand'], { shared: true });
  client = clientOf((await emily.link()).origin, await emily.demoKey());
  operator = await signIn(emily);
}, 120_000);

afterEach(async () => {
  const response = await client.chat({});
  expect(response.status).toBe(200);
  await response.text();
});

afterAll(async () => {
  await emily.kill();
  await rm(data, { recursive: true });
}, 120_000);

type Refused = { readonly error: { readonly message: string; readonly type: string; readonly param: string | null; readonly code: string; readonly expected: string; readonly got: string; readonly cure: string } };

/** Status and code of an answer that is no good news, in the shape that clients know. */
async function refusal(response: Response): Promise<readonly [status: number, code: string, message: string]> {
  const { error } = (await response.json()) as Refused;
  const text = expect.stringMatching(/./);
  expect(error).toEqual({ message: text, type: expect.stringMatching(/_error$/), param: expect.toSatisfy((param) => param === null || typeof param === 'string'), code: text, expected: text, got: expect.any(String), cure: text });
  return [response.status, error.code, error.message];
}

const chat = (members: object): object => ({ model: 'phi-4', messages: [{ role: 'user', content: 'hello' }], ...members });

test.each(['em_wrong', 'em_1234567890123456_wrong', '', 'sk-something else'])("a key that is none, '%s', opens nothing", async (key) => {
  const stranger = clientOf(operator.origin, key);
  expect(await refusal(await stranger.post('/v1/chat/completions', chat({})))).toEqual([401, 'invalid_api_key', expect.any(String)]);
  expect(await refusal(await stranger.post('/v1/events', usageEvent('e', new Date())))).toEqual([401, 'invalid_api_key', expect.any(String)]);
  for (const path of ['/v1/models', '/v1/usage', '/v1/invoices']) {
    const response = await fetch(new URL(path, operator.origin), { headers: { authorization: `Bearer ${key}` } });
    expect((await refusal(response)).slice(0, 2)).toEqual([401, 'invalid_api_key']);
  }
});

test('without a key or a session there is nothing to see', async () => {
  for (const path of ['/v1/usage', '/v1/invoices', '/console/hello', '/console/live']) {
    const response = await fetch(new URL(path, operator.origin), { headers: { cookie: 'emily=guessed' } });
    expect((await refusal(response)).slice(0, 2)).toEqual([401, 'not_signed_in']);
  }
});

test('the sign-in link opens the console once', async () => {
  expect((await refusal(await fetch(await emily.link(), { redirect: 'manual' }))).slice(0, 2)).toEqual([401, 'sign_in_link_spent']);
});

test('an unknown model, malformed JSON, a wrong member and a wrong content type each have their answer', async () => {
  const bodies: readonly [body: string | object, headers: Readonly<Record<string, string>>, status: number, code: string][] = [
    [chat({ model: 'gpt-nobody' }), {}, 404, 'model_not_found'],
    ['{"model":', {}, 400, 'malformed_json'],
    ['', {}, 400, 'malformed_json'],
    [chat({ stream: 'yes' }), {}, 400, 'invalid_member'],
    [chat({ messages: 'hello' }), {}, 400, 'engine_rejected'],
    [chat({}), { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    [chat({}), { 'idempotency-key': '' }, 400, 'invalid_idempotency_key'],
    [chat({}), { 'x-replay-time': '1700000000000' }, 400, 'replay_not_enabled'],
  ];
  for (const [body, headers, status, code] of bodies) {
    expect((await refusal(await client.post('/v1/chat/completions', body, headers))).slice(0, 2)).toEqual([status, code]);
  }
});

test.each([['/v1/chat/completions', 11_000_000], ['/v1/events', 17_000_000]])('a body for %s of %d bytes is refused before it is read', async (path, bytes) => {
  const key = await emily.demoKey();
  const answered = new Promise<Response>((resolve, reject) => {
    const headers = { 'authorization': `Bearer ${key}`, 'content-type': 'application/json', 'content-length': bytes };
    const sending = request(new URL(path, operator.origin), { method: 'POST', headers });
    sending.on('error', reject).on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text)).on('end', () => resolve(new Response(body, { status: response.statusCode! })));
    });
    sending.flushHeaders();
  });
  expect((await refusal(await answered)).slice(0, 2)).toEqual([413, 'body_too_large']);
});

test('an address or a question that does not exist is named', async () => {
  const get = async (path: string): Promise<readonly unknown[]> => refusal(await fetch(new URL(path, operator.origin), { headers: { cookie: `emily=${operator.token}`, authorization: `Bearer ${await emily.demoKey()}` } }));
  expect(await get('/nowhere')).toEqual([404, 'unknown_url', 'There is no GET /nowhere here.']);
  expect(await get('/v1/nowhere')).toEqual([404, 'unknown_url', expect.stringContaining('/v1/nowhere')]);
  for (const question of ['usage?window=week', 'usage?group=colour', 'usage?from=yesterday', 'usage?to=1.5', 'invoices?limit=0', 'invoices?limit=1001', 'invoices?month=November', 'invoices?month=2026-13', 'usage?tenant=a&tenant=b', 'usage?from=0x10']) {
    expect(await get(`/v1/${question}`), `asked ${question}`).toEqual([400, 'invalid_parameter', expect.any(String)]);
  }
});

test('of many events the good ones are taken, the others named in the answer and set aside with the reason', async () => {
  const now = Date.now();
  const good = usageEvent('good-1', new Date(now));
  const lines = [
    JSON.stringify(good),
    '{"specversion":"1.0","id":',
    JSON.stringify(usageEvent('old spec', new Date(now), { specversion: '0.3' })),
    JSON.stringify(usageEvent('no time', new Date(now), { time: undefined })),
    JSON.stringify(usageEvent('no zone', new Date(now), { time: '2026-11-01T10:00:00' })),
    JSON.stringify(usageEvent('no such day', new Date(now), { time: '2026-02-30T10:00:00Z' })),
    JSON.stringify(usageEvent('far ahead', new Date(now + 11 * 60_000))),
    JSON.stringify(usageEvent('negative', new Date(now), { data: { model: 'phi-4', inputTokens: -1 } })),
    JSON.stringify(usageEvent('cached twice', new Date(now), { data: { model: 'phi-4', inputTokens: 1, cachedInputTokens: 2 } })),
    '',
    JSON.stringify(usageEvent('good-2', new Date(now + 9 * 60_000))),
  ];
  const before = (await liveState<{ health: { bad: number } }>(operator)).health.bad;
  const response = await client.post('/v1/events', lines.join('\n'), { 'content-type': 'application/x-ndjson' });
  expect(response.status).toBe(207);
  expect(await response.json()).toEqual({
    accepted: 2,
    refused: 8,
    problems: [
      { index: 1, problem: expect.stringContaining('not JSON') },
      { index: 2, problem: 'specversion must be \'1.0\', not "0.3"' },
      { index: 3, problem: expect.stringContaining('time must be an RFC 3339 date and time') },
      { index: 4, problem: expect.stringContaining('"2026-11-01T10:00:00"') },
      { index: 5, problem: expect.stringContaining('"2026-02-30T10:00:00Z"') },
      { index: 6, problem: expect.stringContaining('too far ahead') },
      { index: 7, problem: 'data.inputTokens must be a whole number from 0 to 1000000000, not -1' },
      { index: 8, problem: expect.stringContaining('cachedInputTokens is part of inputTokens') },
    ],
  });
  await expect.poll(async () => (await liveState<{ health: { bad: number } }>(operator)).health.bad, { timeout: 20_000 }).toBe(before + 8);
});

test.each([
  ['a list', `[${'1,'.repeat(7_999_999)}1]`, 'application/json'],
  ['lines', '1\n'.repeat(8_000_000), 'application/x-ndjson'],
])('%s of eight million events is refused twice, and others are answered meanwhile', { timeout: 60_000 }, async (_what, body, type) => {
  for (const once of [1, 2]) {
    const refused = client.post('/v1/events', body, { 'content-type': type });
    const began = performance.now();
    expect((await client.chat({})).status).toBe(200);
    // It took 21 s, and the second one the process.
    expect(performance.now() - began, `answered the other call, request ${once}`).toBeLessThan(5_000);
    expect((await refusal(await refused)).slice(0, 2)).toEqual([413, 'too_many_events']);
  }
});

test('one event, a batch and a body that is no JSON at all', async () => {
  const post = async (body: string | object, type: string): Promise<readonly unknown[]> => {
    const response = await client.post('/v1/events', body, { 'content-type': type });
    return [response.status, await response.json()];
  };
  const event = (id: string): object => usageEvent(id, new Date());
  expect(await post(event('single'), 'application/cloudevents+json; charset=utf-8')).toEqual([200, { accepted: 1 }]);
  expect(await post([event('batch-1'), event('batch-2')], 'application/cloudevents-batch+json')).toEqual([200, { accepted: 2 }]);
  expect(await post([event('batch-3'), 7], 'application/json')).toEqual([207, { accepted: 1, refused: 1, problems: [{ index: 1, problem: 'expected an object' }] }]);
  expect(await post('nothing of the kind', 'application/json')).toEqual([400, { error: expect.objectContaining({ code: 'no_event_taken' }), accepted: 0, refused: 1, problems: [{ index: 0, problem: expect.stringContaining('not JSON') }] }]);
  expect(await post([], 'application/json')).toEqual([200, { accepted: 0 }]);
  expect(await post(event('typed wrongly'), 'text/html')).toEqual([415, expect.anything()]);
});

test('at its next start Emily still knows what was set aside, and why; what was refused for its caller left nothing', async () => {
  const badBefore = (await liveState<{ health: { bad: number } }>(operator)).health.bad;
  expect((await client.post('/v1/events', '{{{')).status).toBe(400);
  await expect.poll(async () => (await liveState<{ health: { bad: number } }>(operator)).health.bad, { timeout: 20_000 }).toBe(badBefore + 1);
  emily.signal('SIGTERM');
  expect((await emily.end()).code).toBe(0);
  const store = await storeIn(data);
  const bad = await storedBad(store);
  expect(bad[0]).toMatchObject({ source: 'events', reason: 'malformed', message: expect.stringContaining('not JSON'), raw: '{{{' });
  expect(bad).toHaveLength(badBefore + 1);
  expect(new Set(bad.map(({ reason }) => reason))).toEqual(new Set(['malformed', 'bad-time', 'future-time']));
  const ids = (await storedRows<UsageEvent | ReadonlyMap<string, unknown>>(store, 'events')).flatMap((row) => (row instanceof Map ? [] : [(row as UsageEvent).id]));
  expect(ids).toEqual(['good-1', 'good-2', 'single', 'batch-1', 'batch-2', 'batch-3']);

  emily = startProcess(['--data', data, '--no-demand'], { shared: true });
  client = clientOf((await emily.link()).origin, await emily.demoKey());
});
