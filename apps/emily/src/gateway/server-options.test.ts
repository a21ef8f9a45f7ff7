import fastify from 'fastify';
import { expect, test } from 'vitest';
import { serverOptions } from './server-options.ts';
import { RawClient } from './testing/raw-client.ts';
import { answerWhole, scriptedEngine } from './testing/scripted-engine.ts';
import { stand } from './testing/stand.ts';

test('headers have ten seconds, requests thirty, and are looked after every second', async () => {
  const { app } = await stand(await scriptedEngine((response) => answerWhole(response)));
  const { headersTimeout, requestTimeout } = app.server;
  expect({ headersTimeout, requestTimeout }).toEqual({ headersTimeout: 10_000, requestTimeout: 30_000 });
});

const head = (bytes: number) => `GET /v1/models HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ada\r\nx-pad: ${'x'.repeat(bytes)}\r\n\r\n`;

test('headers of more than 8 KB are refused before they are all read', async () => {
  const { origin } = await stand(await scriptedEngine((response) => answerWhole(response)));
  const fits = new RawClient(origin);
  fits.socket.write(head(8_000));
  await fits.until('HTTP/1.1 200 ');
  const tooLarge = new RawClient(origin);
  tooLarge.socket.write(head(9_000));
  await tooLarge.until('headers_too_large');
  expect(tooLarge.received).toMatch(/^HTTP\/1.1 431 /);
});

type Refused = { readonly error: Readonly<Record<string, unknown>> };

test.each([
  ['no HTTP', 'hello there\r\n\r\n', 400, 'malformed_request'],
  ['a header that is none', 'GET / HTTP/1.1\r\nhost: a\r\n: b\r\n\r\n', 400, 'malformed_request'],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400, 'odd_request'],
  ['a target that is no path', 'GET http://evil/v1/models HTTP/1.1\r\nhost: a\r\n\r\n', 400, 'odd_request'],
  ['an escape that is none', 'GET /v1/models/%zz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', 400, 'bad_url'],
  ['a path of one percent sign', 'GET /% HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', 400, 'bad_url'],
])('%s: refused in the shape of every other error, with what to do', async (_what, sent, status, code) => {
  const { origin } = await stand(await scriptedEngine((response) => answerWhole(response)));
  const client = new RawClient(origin);
  client.socket.write(sent);
  await client.until('"cure"');
  const [top = '', body = ''] = client.received.split('\r\n\r\n');
  expect(top).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(top).toContain('application/json; charset=utf-8');
  const text = expect.stringMatching(/./);
  expect((JSON.parse(body) as Refused).error).toEqual({ message: text, type: 'invalid_request_error', param: null, code, expected: text, got: text, cure: text });
});

test('what has no time to come whole is told so', async () => {
  const { app, origin } = await stand(await scriptedEngine((response) => answerWhole(response)));
  app.server.headersTimeout = 1;
  const client = new RawClient(origin);
  client.socket.write('GET /v1/models HTTP/1.1\r\nhost: a\r\n');
  await client.until('request_timeout');
  expect(client.received).toMatch(/^HTTP\/1.1 408 /);
});

test('a part of a path may have 512 characters', async () => {
  const app = fastify(serverOptions);
  app.get('/parts/:one', () => 'there');
  expect((await app.inject({ url: `/parts/${'x'.repeat(512)}` })).body).toBe('there');
  const { statusCode, body } = await app.inject({ url: `/parts/${'x'.repeat(513)}` });
  expect([statusCode, (JSON.parse(body) as Refused).error['code']]).toEqual([414, 'url_too_long']);
});
