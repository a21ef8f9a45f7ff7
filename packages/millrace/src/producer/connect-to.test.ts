import { type RequestListener, type Server, createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { connectTo } from './connect-to.ts';
import type { Delivery, Transport } from './transport.ts';

const closers: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serving(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers each request with what `answer` makes of its body. */
function answering(answer: (messages: unknown[], url: string) => { status?: number; body: unknown; headers?: Record<string, string> }): Promise<string> {
  return serving((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { status = 200, body, headers = {} } = answer(JSON.parse(Buffer.concat(chunks).toString()) as unknown[], request.url ?? '');
      response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
}

function connected(address: string | string[], timeoutMs?: number): Transport {
  const transport = connectTo(address, timeoutMs === undefined ? {} : { timeoutMs });
  closers.push(() => transport.close());
  return transport;
}

const deliver = (transport: Transport, messages: readonly string[], partition = 0): Promise<Delivery> =>
  transport.deliver(partition, messages, new AbortController().signal);

test('messages are posted as a list, to /messages where the address says nothing else, each partition to its own', async () => {
  const seen: unknown[] = [];
  const base = await answering((messages, url) => {
    seen.push([url, messages]);
    return { body: { accepted: messages.length, bad: [] } };
  });
  const transport = connected([base, `${base}/elsewhere`]);
  expect(transport.partitions).toBe(2);
  expect(await deliver(transport, ['{"a":1}', '{"b":2}'])).toEqual({ refused: new Map() });
  await deliver(transport, ['3'], 1);
  expect(seen).toEqual([
    ['/messages', [{ a: 1 }, { b: 2 }]],
    ['/elsewhere', [3]],
  ]);
});

test('refusals come back by their place; where an answer does not tell all, the messages are sent in parts', async () => {
  let requests = 0;
  const base = await answering((messages) => {
    requests += 1;
    const bad = messages.flatMap((message, index) => (message === 0 ? [{ index, reason: 'is nothing' }] : []));
    return { body: { accepted: messages.length - bad.length, bad: bad.slice(0, 1), ...(bad.length > 1 && { moreBad: bad.length - 1 }) } };
  });
  const transport = connected(base);
  expect(await deliver(transport, ['1', '0', '2'])).toEqual({ refused: new Map([[1, 'is nothing']]) });
  expect(requests).toBe(1);
  expect([...(await deliver(transport, ['0', '1', '2', '0', '0'])).refused.keys()]).toEqual([0, 3, 4]);
});

test('what is too large together is sent in parts; what is too large by itself is refused', async () => {
  const base = await answering((messages) => {
    if (messages.length > 1 || messages[0] === 'large') return { status: 413, body: { error: { message: 'The content is too large.', got: '9' } } };
    return { body: { accepted: 1, bad: [] } };
  });
  expect(await deliver(connected(base), ['1', '"large"', '2'])).toEqual({ refused: new Map([[1, 'is too large: The content is too large. Got: 9']]) });
});

test.each<[string, { status?: number; body: unknown; headers?: Record<string, string> }, object]>([
  ['another status', { status: 503, body: { error: { message: 'Closing.', got: 'x' } }, headers: { 'retry-after': '5' } }, { reason: '503 Closing. Got: x', retryAfterMs: 5_000 }],
  ['another path', { status: 404, body: 'nothing here' }, { reason: '404 nothing here' }],
  ['no JSON', { body: '<html>' }, { reason: 'the answer is not that of an ingest of messages: <html>' }],
  ['another number', { body: { accepted: 2, bad: [] } }, { reason: 'the answer is not that of an ingest of messages: {"accepted":2,"bad":[]}' }],
  ['nothing of what is expected', { body: { accepted: 1, bad: [{}] } }, { reason: 'the answer is not that of an ingest of messages: {"accepted":1,"bad":[{}]}' }],
])('an answer with %s is no delivery', async (_, answer, data) => {
  const transport = connected(await answering(() => answer));
  await expect(deliver(transport, ['1'])).rejects.toMatchObject({ code: 'NOT_DELIVERED', data: { to: transport.to, ...data } });
});

test('no answer, none in time, or one that is let go of, is no delivery', async () => {
  const silent = connected(await serving(() => {}), 20);
  await expect(deliver(silent, ['1'])).rejects.toMatchObject({ code: 'NOT_DELIVERED', data: { reason: 'no answer within 20 ms' } });
  const dropping = connected(await serving((request) => request.socket.destroy()));
  await expect(deliver(dropping, ['1'])).rejects.toMatchObject({ code: 'NOT_DELIVERED' });
  const letGo = new AbortController();
  const waiting = connected(await serving(() => letGo.abort())).deliver(0, ['1'], letGo.signal);
  await expect(waiting).rejects.toMatchObject({ code: 'NOT_DELIVERED' });
  const endless = connected(await serving((_, response) => void response.end('x'.repeat(2 * 1024 * 1024))));
  await expect(deliver(endless, ['1'])).rejects.toMatchObject({ data: { reason: 'an answer of more than 1048576 bytes' } });
});

test('a kept connection that the server has closed meanwhile is replaced', async () => {
  let requests = 0;
  const base = await serving((request, response) => {
    requests += 1;
    request.resume();
    // The second one comes over the connection of the first, which ends as if it had just been closed.
    if (requests === 2) request.socket.resetAndDestroy();
    else request.on('end', () => response.end('{"accepted":1,"bad":[]}'));
  });
  const transport = connected(base);
  await deliver(transport, ['1']);
  expect(await deliver(transport, ['2'])).toEqual({ refused: new Map() });
  expect(requests).toBe(3);
});

test('addresses are checked', () => {
  for (const address of ['meter:7070', 'ftp://meter', '']) expect(() => connectTo(address)).toThrow(`connectTo('${address}'): expected an address such as`);
  expect(() => connectTo([])).toThrow('expected at least one address');
  expect(() => connectTo('http://meter', { timeoutMs: 0 })).toThrow('expected a positive number of ms');
});
