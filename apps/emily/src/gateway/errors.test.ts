import { expect, test } from 'vitest';
import { answerWhole, scriptedEngine } from './testing/scripted-engine.ts';
import { RawClient } from './testing/raw-client.ts';
import { hello, helloStreamed, stand, tiny } from './testing/stand.ts';

/* Every way to be told no: the status, the code, and whether to try again. */

const well = () => scriptedEngine((response) => answerWhole(response));

async function told({ statusCode, headers, body }: Awaited<ReturnType<Awaited<ReturnType<typeof stand>>['chat']>>) {
  const { error } = (await body.json()) as { error: { code: string; type: string; message: string; param: string | null } };
  expect(Object.keys(error).toSorted()).toEqual(['code', 'cure', 'expected', 'got', 'message', 'param', 'type']);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  expect(headers['x-request-id']).toMatch(/^req_[0-9a-f]{32}$/);
  expect(Number(headers['openai-processing-ms'])).toBeGreaterThanOrEqual(0);
  const retry = headers['x-should-retry'] ?? `after ${headers['retry-after-ms']} ms`;
  return [statusCode, error.code, error.type, retry];
}

test.each([undefined, 'Bearer nobody', 'ada'])('the authorization %s: 401, before the body is looked at, and no record', async (authorization) => {
  const house = await stand(await well());
  const headers: Record<string, string> = authorization === undefined ? { authorization: '' } : { authorization };
  expect(await told(await house.chat('not json', headers))).toEqual([401, 'invalid_api_key', 'authentication_error', 'false']);
  expect(await told(await house.get('/v1/models', headers))).toEqual([401, 'invalid_api_key', 'authentication_error', 'false']);
  expect(house.log.facts).toEqual([]);
});

test('a key that may only read: it lists models and may not call them', async () => {
  const house = await stand(await well());
  const headers = { authorization: 'Bearer reader' };
  expect(await told(await house.chat(hello, headers))).toEqual([403, 'insufficient_scope', 'permission_error', 'false']);
  expect((await house.get('/v1/models', headers)).statusCode).toBe(200);
});

test("another tenant's model and no model at all are told apart by nobody", async () => {
  const house = await stand(await well());
  const foreign = await house.chat({ ...hello, model: 'bob/own' });
  const missing = await house.chat({ ...hello, model: 'bob/owm' });
  const expected = [404, 'model_not_found', 'invalid_request_error', 'false'];
  expect(await told(foreign)).toEqual(expected);
  expect(await told(missing)).toEqual(expected);
  expect(await told(await house.get('/v1/models/bob/own'))).toEqual(expected);
  const seen = await (await house.get('/v1/models')).body.json();
  expect(seen).toEqual({
    object: 'list',
    data: [{ id: 'tiny', object: 'model', created: 1_700_000_000, owned_by: 'operator', description: tiny.description }],
  });
  const own = await house.get('/v1/models/bob/own', { authorization: 'Bearer bob' });
  expect([own.statusCode, await own.body.json()]).toMatchObject([200, { id: 'bob/own', owned_by: 'bob', max_model_len: 4_096 }]);
});

test('a refusal of a caller we know is a fact, with the model where that was read', async () => {
  const house = await stand(await well());
  await told(await house.chat('{"model":'));
  await told(await house.chat({ ...hello, model: 'nobody' }));
  expect(house.refused()).toMatchObject([
    { tenant: 'ada', model: null, status: 400, code: 'malformed_json' },
    { tenant: 'ada', model: 'nobody', status: 404, code: 'model_not_found' },
  ]);
});

const sized = (bytes: number) => JSON.stringify(hello).padEnd(bytes);

test('a body as large as allowed is taken, one byte more is not: 413', async () => {
  const house = await stand(await well(), { limits: { bodyBytesMax: 200 } });
  expect((await house.chat(sized(200))).statusCode).toBe(200);
  expect(await told(await house.chat(sized(201)))).toEqual([413, 'body_too_large', 'invalid_request_error', 'false']);
});

test('a body that is no JSON by its own account, or compressed: 415', async () => {
  const house = await stand(await well());
  const expected = [415, 'unsupported_media_type', 'invalid_request_error', 'false'];
  expect(await told(await house.chat('model=tiny', { 'content-type': 'application/x-www-form-urlencoded' }))).toEqual(expected);
  expect(await told(await house.chat(hello, { 'content-encoding': 'gzip' }))).toEqual(expected);
});

test('no healthy replica: 503, to be tried again', async () => {
  const house = await stand(undefined);
  expect(await told(await house.chat(hello))).toEqual([503, 'no_replica', 'server_error', 'after 1000 ms']);
  expect(house.refused()).toMatchObject([{ code: 'no_replica', status: 503, model: 'tiny' }]);
});

test('no price in force: 503, and the engine is not asked', async () => {
  const engine = await well();
  const house = await stand(engine, { priceInForce: () => undefined });
  expect(await told(await house.chat(hello))).toEqual([503, 'no_price', 'server_error', 'after 1000 ms']);
  expect(engine.asked).toEqual([]);
  expect(engine.outstanding).toBe(0);
});

test('as many calls open as one tenant may have: 429 for it, not for others, and as many as there may be: 503', async () => {
  const waiting: (() => void)[] = [];
  const engine = await scriptedEngine((response) => waiting.push(() => answerWhole(response)));
  const house = await stand(engine, { limits: { openCallsPerTenantMax: 1, openCallsMax: 2 } });
  const open = [house.chat(hello)];
  await expect.poll(() => waiting.length).toBe(1);
  expect(await told(await house.chat(hello))).toEqual([429, 'too_many_open_calls', 'rate_limit_error', 'after 1000 ms']);
  open.push(house.chat(hello, { authorization: 'Bearer bob' }));
  await expect.poll(() => waiting.length).toBe(2);
  expect(await told(await house.chat(hello, { authorization: 'Bearer bob' }))).toEqual([429, 'too_many_open_calls', 'rate_limit_error', 'after 1000 ms']);
  for (const answer of waiting) answer();
  for (const { statusCode } of await Promise.all(open)) expect(statusCode).toBe(200);
});

test('more bytes of bodies open than the gateway holds: 503', async () => {
  const house = await stand(await well(), { limits: { openBodyBytesMax: 10 } });
  expect(await told(await house.chat(hello))).toEqual([503, 'overloaded', 'server_error', 'after 1000 ms']);
});

test.each([hello, helloStreamed])('what the engine finds wrong with a request is told to its caller, and free', async (body) => {
  const house = await stand(await scriptedEngine((response) => response.writeHead(400).end('{"error":{"message":"too many tokens"}}')));
  const answer = await house.chat(body);
  expect(await told(answer)).toEqual([400, 'engine_rejected', 'invalid_request_error', 'false']);
  expect(house.finished()).toMatchObject([{ outcome: 'failed', units: { requests: 0 } }]);
  expect(house.refused()).toEqual([]);
});

test.each([
  [500, '{"error":{"message":"host-17 is on fire"}}'],
  [404, 'nothing here'],
  [200, '<html>'],
  [200, '{"half":'],
])('an engine that answers %s %s failed: 502, and nothing of its answer gets out', async (status, text) => {
  const house = await stand(await scriptedEngine((response) => response.writeHead(status).end(text)));
  const answer = await house.chat(hello);
  expect(await told(answer)).toEqual([502, 'engine_failed', 'server_error', 'after 200 ms']);
  expect(house.finished()).toMatchObject([{ outcome: 'failed', provenance: 'none', units: { requests: 0 } }]);
});

test('an engine that can not be reached is suspected, and the call fails', async () => {
  const engine = await well();
  const nowhere = { ...engine, origin: 'http://127.0.0.1:1', suspect: () => engine.suspect() };
  const { Pool } = await import('undici');
  const house = await stand({ ...nowhere, dispatcher: new Pool(nowhere.origin) });
  expect(await told(await house.chat(hello))).toEqual([502, 'engine_failed', 'server_error', 'after 200 ms']);
  expect(engine.suspected).toBe(true);
});

test('an address under /v1 that is not there, and a method that is not', async () => {
  const house = await stand(await well());
  const expected = [404, 'unknown_url', 'invalid_request_error', 'false'];
  expect(await told(await house.get('/v1/moderations'))).toEqual(expected);
  expect(await told(await house.get('/v1/moderations', { authorization: 'Bearer nobody' }))).toEqual(expected);
  const answer = await house.get('/v1/chat/completions?x=1');
  expect(answer.headers['allow']).toBe('POST');
  expect(await told(answer)).toEqual([405, 'method_not_allowed', 'invalid_request_error', 'false']);
});

test.each([
  ['bytes that are no UTF-8', Buffer.concat([Buffer.from('{"model":"tiny","user":"'), Buffer.from([0xff, 0xc0, 0x80]), Buffer.from('","messages":[]}')]), 'invalid_utf8'],
  ['half a surrogate pair', '{"model":"tiny","user":"\\ud800","messages":[]}', 'invalid_member'],
])('%s in the name of a user: 400, because different ones would become one', async (_what, body, code) => {
  const house = await stand(await well());
  expect(await told(await house.chat(body))).toEqual([400, code, 'invalid_request_error', 'false']);
  expect(house.admitted()).toEqual([]);
});

test('two of a header that decides, too many headers, a GET with a body: 400', async () => {
  const house = await stand(await well());
  const odd = async (head: string) => {
    const client = new RawClient(house.origin);
    client.socket.write(`GET /v1/models HTTP/1.1\r\nHost: a\r\nauthorization: Bearer ada\r\n${head}`);
    await client.until('odd_request');
    expect(client.received).toMatch(/^HTTP\/1.1 400 /);
  };
  await odd('Host: b\r\n\r\n');
  await odd('authorization: Bearer bob\r\n\r\n');
  await odd('content-type: a/b\r\ncontent-type: application/json\r\n\r\n');
  await odd('expect: something\r\n\r\n');
  await odd(`${'a: b\r\n'.repeat(99)}\r\n`);
  await odd('content-length: 2\r\n\r\n{}');
});

test('an engine answer without a count: the request is charged, and tokens are not made up', async () => {
  const house = await stand(await scriptedEngine((response) => response.writeHead(200).end('{"choices":[]}')));
  expect(await (await house.chat(hello)).body.json()).toEqual({ choices: [] });
  expect(house.finished()).toMatchObject([{ outcome: 'completed', provenance: 'none', units: { requests: 1, inputTokens: 0, outputTokens: 0 } }]);
});
