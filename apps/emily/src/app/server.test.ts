import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { house } from './testing/house.ts';

/* What holds for every address of Emily, whichever part of it answers there. */

type Refused = { readonly error: Readonly<Record<string, unknown>> };
const text: unknown = expect.stringMatching(/./);
const inShape = (code: string): Refused => ({ error: { message: text, type: expect.stringMatching(/_error$/), param: null, code, expected: text, got: text, cure: text } });

/** Sends these bytes on a socket of their own; what came back when the server had hung up. */
async function raw(address: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname).setEncoding('utf8');
  socket.end(bytes);
  let received = '';
  for await (const chunk of socket) received += String(chunk);
  return received;
}

test('no address takes a request that two servers may read differently', async () => {
  const { server, bearer } = await house();
  const address = await server.listen({ port: 0, host: '127.0.0.1' });
  const [reads, other] = [await bearer('ada', 'read', 'ingest'), await bearer('bob', 'read', 'ingest')];
  const odd = async (line: string, ...headers: readonly string[]): Promise<string> => raw(address, [`${line} HTTP/1.1`, 'connection: close', ...headers, '', ''].join('\r\n'));
  for (const path of ['/v1/usage', '/v1/invoices', '/v1/models', '/v1/holds', '/console/hello', '/sign-in', '/', '/nowhere', '/assets/index.js']) {
    const key = `authorization: ${reads}`;
    for (const answer of await Promise.all([
      odd(`GET ${path}`, 'host: a', 'host: b', key),
      odd(`GET ${path}`, key),
      odd(`GET http://evil${path}`, 'host: a', key),
      odd(`GET ${path}`, 'host: a', key, `authorization: ${other}`),
      odd(`GET ${path}`, 'host: a', key, 'content-length: 2', '', '{}'),
    ])) {
      const [head, body = ''] = answer.split('\r\n\r\n');
      expect(head).toMatch(/^HTTP\/1.1 400 /);
      expect(head).toMatch(/x-request-id: req_[0-9a-f]{32}/);
      expect(JSON.parse(body)).toEqual(inShape('odd_request'));
    }
  }
  expect(await odd('POST /v1/events', 'host: a', `authorization: ${reads}`, `authorization: ${other}`, 'content-type: application/json', 'content-length: 2', '', '{}')).toContain('odd_request');
});

test.each([
  ['POST', '/v1/usage', 'GET, HEAD'],
  ['DELETE', '/v1/invoices?month=2026-11', 'GET, HEAD'],
  ['GET', '/v1/events', 'POST'],
  ['GET', '/v1/holds/1', 'POST'],
  ['PUT', '/v1/chat/completions', 'POST'],
  ['PATCH', '/v1/models/some/model', 'GET, HEAD'],
  ['PUT', '/', 'GET, HEAD'],
  ['DELETE', '/', 'GET, HEAD'],
  ['OPTIONS', '/console/live', 'GET, HEAD'],
] as const)('%s %s: 405, with what it takes', async (method, url, allow) => {
  const { server, operator } = await house();
  for (const headers of [{}, { cookie: await operator() }, { 'content-type': 'application/json' }]) {
    const response = await server.inject({ method, url, headers });
    expect([response.statusCode, response.headers['allow']]).toEqual([405, allow]);
    expect(response.json()).toEqual(inShape('method_not_allowed'));
  }
});

test.each([
  ['PUT', '/nowhere'],
  ['GET', '/v1/nowhere'],
  ['GET', '//'],
  ['GET', '/%00'],
  ['GET', '/assets/'],
  ['GET', '/../package.json'],
] as const)('%s %s: there is no such thing, whoever asks', async (method, url) => {
  const { server, bearer } = await house();
  for (const headers of [{}, { 'authorization': await bearer('ada', 'read'), 'content-type': 'application/json' }]) {
    const response = await server.inject({ method, url, headers });
    expect([response.statusCode, response.json()]).toEqual([404, inShape('unknown_url')]);
  }
});

test.each(['/%', '/%zz', '/v1/holds/%zz', '/v1/models/%ff'])('%s is no path', async (url) => {
  const { server } = await house();
  const response = await server.inject({ url });
  expect([response.statusCode, response.json()]).toEqual([400, inShape('bad_url')]);
});
