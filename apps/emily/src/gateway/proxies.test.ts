import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { isInstalled, proxies, proxyBefore } from './testing/proxy.ts';
import { scriptedEngine, wholeJson } from './testing/scripted-engine.ts';
import { stand } from './testing/stand.ts';

/*
 * Behind a proxy that keeps its connections: no request is there for us that was none for the proxy. What is hidden in
 * the bodies here asks for /hidden; where the proxy has read a body to its end before that, it knows of that request.
 */

/** So long nothing more has to come until what was sent counts as answered. */
const QUIET_MS = 250;

const hidden = 'GET /hidden HTTP/1.1\r\nHost: emily\r\nAuthorization: Bearer ada\r\n\r\n';
const post = (headers: string, body: string): string => `POST /v1/chat/completions HTTP/1.1\r\nHost: emily\r\nAuthorization: Bearer ada\r\nContent-Type: application/json\r\n${headers}\r\n${body}`;
const get = (more: string, target = '/v1/models'): string => `GET ${target} HTTP/1.1\r\nHost: emily\r\nAuthorization: Bearer ada\r\n${more}\r\n`;
const lengthOf = (text: string): string => `Content-Length: ${text.length}\r\n`;

const odd: Readonly<Record<string, string>> = {
  'a length and chunks': post(`${lengthOf(`0\r\n\r\n${hidden}`)}Transfer-Encoding: chunked\r\n`, `0\r\n\r\n${hidden}`),
  'chunks and a length': post('Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', `5c\r\n${hidden}\r\n0\r\n\r\n`),
  'chunks that are called otherwise': post(`Transfer-Encoding: xchunked\r\n${lengthOf(hidden)}`, hidden),
  'chunks with a space before the colon': post(`Transfer-Encoding : chunked\r\n${lengthOf(hidden)}`, hidden),
  'chunks with a tab': post(`Transfer-Encoding:\tchunked\r\n${lengthOf(`0\r\n\r\n${hidden}`)}`, `0\r\n\r\n${hidden}`),
  'chunks twice': post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', `0\r\n\r\n${hidden}`),
  'chunks in a list': post('Transfer-Encoding: gzip, chunked\r\n', `0\r\n\r\n${hidden}`),
  'chunks on a folded line': post(`Transfer-Encoding:\r\n chunked\r\n${lengthOf(hidden)}`, hidden),
  'chunks of HTTP/1.0': `POST /v1/chat/completions HTTP/1.0\r\nHost: emily\r\nTransfer-Encoding: chunked\r\n${lengthOf(hidden)}\r\n0\r\n\r\n${hidden}`,
  'two lengths': post(`Content-Length: 0\r\n${lengthOf(hidden)}`, hidden),
  'one length twice': post(lengthOf(hidden) + lengthOf(hidden), hidden),
  'a length in a list': post(`Content-Length: 0, ${hidden.length}\r\n`, hidden),
  'a length with a sign': post(`Content-Length: +${hidden.length}\r\n`, hidden),
  'a negative length': post('Content-Length: -1\r\n', hidden),
  'a length in hexadecimal': post(`Content-Length: 0x${hidden.length.toString(16)}\r\n`, hidden),
  'a chunk that is longer than it says': post('Transfer-Encoding: chunked\r\n', `1\r\n${hidden}\r\n0\r\n\r\n`),
  'a chunk of more bytes than there are numbers': post('Transfer-Encoding: chunked\r\n', `fffffffffffffffff\r\n${hidden}`),
  'a chunk with an extension': post('Transfer-Encoding: chunked\r\n', `0;x="\r\n\r\n${hidden}"\r\n\r\n`),
  'a chunk that ends with a line feed': post('Transfer-Encoding: chunked\r\n', `0\n\n${hidden}`),
  'a trailer': post('Transfer-Encoding: chunked\r\n', '0\r\nContent-Length: 90\r\n\r\n'),
  'lines that end with a line feed': get('').replaceAll('\r\n', '\n'),
  'a header of two lines': get('X-Odd: one\r\n GET /hidden HTTP/1.1\r\n'),
  'a header without a name': get(': value\r\n'),
  'a zero byte': get('X-Odd: a\0b\r\n'),
  'a body of a GET': get(lengthOf(hidden)) + hidden,
  'an address with a host': get('', 'http://emily/v1/models'),
  'a host in the address, and another one': get('', 'http://other/v1/models'),
  'two hosts': get('Host: other\r\n'),
  'no host': 'GET /v1/models HTTP/1.1\r\nAuthorization: Bearer ada\r\n\r\n',
  'two credentials': get('Authorization: Bearer bob\r\n'),
  'a wish for another protocol': get('Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n') + hidden,
  'a tunnel': 'CONNECT emily:80 HTTP/1.1\r\nHost: emily\r\n\r\n' + hidden,
  'a wish to be told to go on': post(`Expect: 100-continue\r\n${lengthOf('{}')}`, '{}'),
  'a method in small letters': get('').replace('GET', 'get'),
  'a space too many': get('').replace('GET /', 'GET  /'),
  'a path of dots': get('', '/v1/../v1/./models'),
  'a path with an escaped slash': get('', '/v1%2fmodels'),
};

/** Everything that a client is answered who sends this, until nothing comes for a while. */
async function answered(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  let text = '';
  let lastAt = performance.now();
  socket.on('data', (data) => {
    text += data.toString('latin1');
    lastAt = performance.now();
  });
  const closed = once(socket, 'close').catch(() => undefined);
  socket.write(Buffer.from(bytes, 'latin1'));
  while (performance.now() - lastAt < QUIET_MS && !socket.closed) await Promise.race([closed, sleep(QUIET_MS / 5)]);
  socket.destroy();
  return text;
}

const missing = process.env['CI'] === 'true' ? [] : proxies.filter((name) => !isInstalled(name));
if (missing.length > 0) console.warn(`${missing.join(' and ')} not installed: the tests with a proxy in front are skipped`);

// Skipped where the proxy is missing; CI has both.
test.for(proxies.filter((name) => !missing.includes(name)))('%s in front and we agree on what is a request, whatever is sent', { timeout: 120_000 }, async (name) => {
  const house = await stand(await scriptedEngine((response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(wholeJson('deep', 1, 1))));
  const seen: string[] = [];
  house.app.server.prependListener('request', ({ method, url }: IncomingMessage) => void seen.push(`${method} ${url}`));
  const proxy = await proxyBefore(name, Number(new URL(house.origin).port));
  const well = post(lengthOf('{"model":"tiny","messages":[]}'), '{"model":"tiny","messages":[]}') + get('') + post('Transfer-Encoding: chunked\r\n', '1e\r\n{"model":"tiny","messages":[]}\r\n0\r\n\r\n');
  const answers = await answered(proxy.port, well);
  expect(answers.match(/HTTP\/1\.1 200 /g)).toHaveLength(3);
  expect(seen).toEqual(['POST /v1/chat/completions', 'GET /v1/models', 'POST /v1/chat/completions']);
  for (const [what, bytes] of Object.entries(odd)) {
    // On a connection of their own, and then somebody else on those that the proxy keeps.
    await answered(proxy.port, bytes);
    expect([what, (await answered(proxy.port, get('', `/v1/models?after`))).slice(0, 12)]).toEqual([what, 'HTTP/1.1 200']);
  }
  // We were asked nothing that the proxy has not passed on.
  await vi.waitFor(() => expect(countsOf(proxy.told()).get('GET /v1/models?after')).toBe(Object.keys(odd).length));
  const told = countsOf(proxy.told());
  for (const [request, times] of countsOf(seen)) expect([request, told.get(request) ?? 0]).toEqual([request, expect.toSatisfy((passed: number) => passed >= times)]);
});

test('without a proxy none of it is taken for another request either', { timeout: 120_000 }, async () => {
  const house = await stand(undefined);
  const seen: string[] = [];
  house.app.server.prependListener('request', ({ method, url }: IncomingMessage) => void seen.push(`${method} ${url}`));
  const port = Number(new URL(house.origin).port);
  // After these another request follows indeed.
  const isOne = (what: string): boolean => !['chunks in a list', 'a wish for another protocol', 'a tunnel'].includes(what);
  for (const [what, bytes] of Object.entries(odd).filter(([name]) => isOne(name))) {
    seen.length = 0;
    await answered(port, bytes);
    expect([what, seen.filter((request) => request.includes('hidden'))]).toEqual([what, []]);
  }
});

const countsOf = (list: readonly string[]): ReadonlyMap<string, number> => list.reduce((counts, one) => counts.set(one, (counts.get(one) ?? 0) + 1), new Map<string, number>());
