import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type PostHandlers, type PostOptions, HttpPostServer } from './http-post.ts';

let server: HttpPostServer | undefined;

afterEach(() => server?.close());

const handlers: PostHandlers = {
  json: async (body) => `{"bytes":${body.length}}`,
  async lines(body) {
    let bytes = 0;
    for await (const chunk of body) bytes += chunk.length;
    return `{"bytes":${bytes}}`;
  },
};

async function listening(options: Partial<PostOptions> = {}, answers: PostHandlers = handlers): Promise<HttpPostServer> {
  server = await HttpPostServer.listen({ host: '127.0.0.1', port: 0, path: '/in', bodyBytesMax: 1_000, connectionsMax: 10, ...options }, answers);
  return server;
}

async function connected({ address }: HttpPostServer): Promise<Socket> {
  const socket = connect(address.port, address.host);
  socket.on('error', () => {}); // a connection that is cut says so by closing
  await once(socket, 'connect');
  return socket;
}

const head = 'POST /in HTTP/1.1\r\nhost: a\r\ncontent-type: application/';

test('a body that does not come whole in time is cut; a stream may take as long as it likes', async () => {
  const to = await listening({ bodyMsMax: 20 });
  const stream = await connected(to);
  stream.write(`${head}x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n`);
  const slow = await connected(to);
  slow.write(`${head}json\r\ncontent-length: 10\r\n\r\n{`);
  await once(slow.resume(), 'close');
  stream.write('2\r\nbc\r\n0\r\n\r\n');
  const [answer] = (await once(stream, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1.1 200 OK[^]*\{"bytes":3\}$/);
  stream.destroy();
});

test('a connection more than allowed is dropped, and the others are served', async () => {
  const to = await listening({ connectionsMax: 1 });
  const first = await connected(to);
  const second = await connected(to);
  await once(second.resume(), 'close');
  first.write(`${head}json\r\ncontent-length: 2\r\n\r\n{}`);
  const [answer] = (await once(first, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1.1 200 OK/);
  first.destroy();
});

test('what fails inside is not told outside', async () => {
  const to = await listening({}, { ...handlers, json: () => Promise.reject(new Error('the secret reason')) });
  const response = await fetch(to.address.url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
  expect(response.status).toBe(500);
  const text = await response.text();
  expect(text).toContain('"code":"INTERNAL"');
  expect(text).not.toContain('secret');
});

test('a body is taken up to its limit, and refused beyond it, also when its length is not told', async () => {
  const to = await listening({ bodyBytesMax: 10 });
  expect(await post(to, '0123456789')).toMatchObject({ status: 200 });
  expect(await post(to, '0123456789a')).toMatchObject({ status: 413, body: { error: { code: 'BODY_TOO_LARGE', expected: 'at most 10 bytes', got: '11' } } });
  const chunked = await connected(to);
  chunked.write(`${head}json\r\ntransfer-encoding: chunked\r\n\r\n${'8\r\n        \r\n'.repeat(2)}`);
  expect(await answerOf(chunked)).toMatch(/^HTTP\/1.1 413 /);
});

test('other paths, methods, types and encodings are refused, each with what was expected', async () => {
  const to = await listening();
  expect(to.address.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/in$/);
  expect(await post(to, '{}', {}, '/events')).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND', expected: '/in', got: '/events' } } });
  expect(await post(to, '{}', {}, '/in?a=b')).toMatchObject({ status: 200 });
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    const answer = await post(to, null, { method });
    expect(answer).toMatchObject({ status: 405, body: { error: { code: 'METHOD_NOT_ALLOWED', expected: 'POST', got: method } } });
    expect(answer.headers.get('allow')).toBe('POST');
  }
  expect(await post(to, '{}', { headers: { 'content-type': 'text/plain' } })).toMatchObject({ status: 415, body: { error: { got: 'text/plain' } } });
  expect(await post(to, '{}', { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } })).toMatchObject({ status: 415 });
  expect(await post(to, '{}', { headers: { 'content-type': 'application/json; charset=utf-8' } })).toMatchObject({ status: 200 });
});

test('what Node lets through and should not is refused', async () => {
  const to = await listening();
  const status = async (lines: string): Promise<string> => {
    const socket = await connected(to);
    socket.write(`${lines}\r\n\r\n`);
    const answer = await answerOf(socket);
    expect(answer).toMatch(/"error":\{"code":"[A-Z_]+","message":".+","expected":".+","got":".+","cure":".+"\}/);
    return answer.slice('HTTP/1.1 '.length, 'HTTP/1.1 '.length + 3);
  };
  const type = `content-type: application/json\r\ncontent-length: 2`;
  expect(await status(`POST /in HTTP/1.1\r\nhost: a\r\nHOST: b\r\n${type}`)).toBe('400');
  expect(await status(`POST http://a/in HTTP/1.1\r\nhost: a\r\n${type}`)).toBe('400');
  expect(await status(`POST /%zz HTTP/1.1\r\nhost: a\r\n${type}`)).toBe('400');
  expect(await status(`GET /in HTTP/1.1\r\nhost: a\r\n${type}`)).toBe('405');
  expect(await status(`POST /in HTTP/1.1\r\nhost: a\r\n${'a: b\r\n'.repeat(98)}${type}`)).toBe('431');
  expect(await status(`POST /in HTTP/1.1\r\nhost: a\r\nlong: ${'x'.repeat(9_000)}\r\n${type}`)).toBe('431');
  expect(await status('POST /in HTTP/9.9')).toBe('400');
});

async function post({ address }: HttpPostServer, body: string | null, init: RequestInit = {}, path = '/in'): Promise<{ status: number; body: unknown; headers: Headers }> {
  const response = await fetch(new URL(path, address.url), { method: 'POST', body, headers: { 'content-type': 'application/json' }, ...init });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

/** Everything the server says until it hangs up. */
function answerOf(socket: Socket): Promise<string> {
  let answer = '';
  socket.on('data', (data) => void (answer += data.toString()));
  return new Promise((resolve) => {
    socket.on('close', () => resolve(answer));
  });
}
