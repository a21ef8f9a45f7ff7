import { afterEach, expect, test } from 'vitest';
import { request } from 'node:http';
import { type HeldProgram, heldProgram } from '../testing/fixture-held.ts';

let served: HeldProgram | undefined;

afterEach(async () => served?.end());

async function held(resolve: boolean): Promise<string> {
  served = await heldProgram({ scope: 'pipeline', times: [1, 25, 2], resolve });
  return served.url;
}

const decision = { choice: 'discard', by: 'Ada', reason: 'a test' };

async function post(url: string, body: unknown, type = 'application/json'): Promise<{ readonly status: number; readonly body: { readonly error?: { readonly code: string } } }> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body: typeof body === 'string' ? body : JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as { error?: { code: string } } };
}

test('holds are listed, and a decision is taken once', async () => {
  const url = await held(true);
  expect(await (await fetch(`${url}/holds`)).json()).toMatchObject({ holds: [{ id: 1, scope: { kind: 'pipeline' }, choices: ['discard', 'accept', 'wait'] }] });
  expect(await post(`${url}/holds/1`, decision)).toEqual({ status: 200, body: { resolved: 1 } });
  expect(await (await fetch(`${url}/holds`)).json()).toEqual({ holds: [] });
  expect(await post(`${url}/holds/1`, decision)).toMatchObject({ status: 404, body: { error: { code: 'UNKNOWN_HOLD' } } });
});

test.each<readonly [unknown, number, string]>([
  ['{', 400, 'BAD_DECISION'],
  [[], 400, 'BAD_DECISION'],
  [{ choice: 'discard', by: 'Ada' }, 400, 'BAD_DECISION'],
  [{ ...decision, by: ' ' }, 400, 'BAD_DECISION'],
  [{ ...decision, at: -1 }, 400, 'BAD_DECISION'],
  [{ ...decision, more: 1 }, 400, 'BAD_DECISION'],
  [{ ...decision, choice: 'retry' }, 409, 'CHOICE_NOT_OFFERED'],
  [{ ...decision, reason: 'x'.repeat(20_000) }, 413, 'BODY_TOO_LARGE'],
])('%j is refused, and nothing is decided', async (body, status, code) => {
  const url = await held(true);
  expect(await post(`${url}/holds/1`, body)).toMatchObject({ status, body: { error: { code } } });
  expect(served?.program.holds()).toHaveLength(1);
});

test.each<readonly [string, Record<string, string>, string | undefined, number, string]>([
  ['without a body and a type', {}, undefined, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['without a body', { 'content-type': 'application/json' }, undefined, 400, 'BAD_DECISION'],
  ['with an empty body', { 'content-type': 'application/json', 'content-length': '0' }, '', 400, 'BAD_DECISION'],
  ['with lines', { 'content-type': 'application/x-ndjson' }, '{}', 415, 'UNSUPPORTED_MEDIA_TYPE'],
])('a decision %s is refused as anything else is: what was expected, what came, what to do', async (_how, headers, body, status, code) => {
  const url = await held(true);
  const response = await fetch(`${url}/holds/1`, { method: 'POST', headers, ...(body !== undefined && { body }) });
  expect(response.status).toBe(status);
  const { error } = (await response.json()) as { error: { expected: string; got: string; cure: string } };
  expect(error).toEqual({ code, message: expect.any(String), expected: expect.any(String), got: expect.stringMatching(/./), cure: expect.stringContaining('application/json') });
  // Lines are for where events are sent to.
  expect(error.expected + error.cure).not.toContain('ndjson');
});

test('parameters of the address mean nothing to a decision, and are refused', async () => {
  const url = await held(true);
  expect(await post(`${url}/holds/1?choice=accept`, decision)).toMatchObject({ status: 400, body: { error: { code: 'BAD_QUERY' } } });
  expect(await post(`${url}/holds/%ED%A0%80`, decision)).toMatchObject({ status: 400, body: { error: { code: 'BAD_TARGET' } } });
});

test('a page of another site cannot decide: it can send neither this type nor this host', async () => {
  const url = await held(true);
  expect((await post(`${url}/holds/1`, decision, 'text/plain')).status).toBe(415);
  const { port } = new URL(url);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: '/holds/1', method: 'POST', headers: { host: 'evil.example', 'content-type': 'application/json' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(decision));
  });
  expect(status).toBe(421);
  expect(served?.program.holds()).toHaveLength(1);
});

test('without { resolve: true } nobody decides here', async () => {
  const url = await held(false);
  expect(await post(`${url}/holds/1`, decision)).toMatchObject({ status: 405 });
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: object };
  expect(Object.keys(paths)).not.toContain('/holds/{hold}');
});

test('the OpenAPI document has it where it is', async () => {
  const url = await held(true);
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, { post?: object }> };
  expect(paths['/holds/{hold}']?.post).toMatchObject({ requestBody: { required: true } });
});
