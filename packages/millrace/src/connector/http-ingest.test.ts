import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { expect, test } from 'vitest';
import { systemClock } from '../port/clock.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { EVENT_DEPTH_MAX } from '../json-flaw.ts';
import { Log } from '../store/log.ts';
import { JSON_TYPE, LINES_TYPE, LOG_ID, closers, given, opened, send } from '../testing/fixture-ingest.ts';
import type { LogHandle } from '../task/log-handle.ts';
import type { Reader } from '../task/source.ts';

test('an object is an event, a list is several, and the answer comes when they are durable', async () => {
  const disk = new MemoryDisk();
  const server = await opened({}, memoryBackend(disk));
  expect(await send(server, '{"id":"a"}')).toMatchObject({ status: 200, body: { accepted: 1, bad: [] } });
  expect(await send(server, '[{"id":"b"},{"id":"c"}]')).toMatchObject({ status: 200, body: { accepted: 2, bad: [] } });
  expect(await send(server, '[]')).toMatchObject({ status: 200, body: { accepted: 0, bad: [] } });
  // Another store on the same disk, as after a crash, has what was acknowledged.
  expect(new Log(memoryBackend(disk), LOG_ID, 'requests').next).toBe(3);
  expect(given(server)).toEqual([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
});

test('what is no event is told with its index, set aside in its place, and stops no other', async () => {
  const server = await opened();
  const answer = await send(server, '[{"id":"a"},5,null,[],{"id":"b"}]');
  expect(answer.body).toEqual({
    accepted: 2,
    bad: [
      { index: 1, reason: 'is a number, expected an object' },
      { index: 2, reason: 'is null, expected an object' },
      { index: 3, reason: 'is a list, expected an object' },
    ],
  });
  expect(given(server)).toMatchObject([
    { id: 'a' },
    { reason: 'malformed', message: 'event 1 of a request is a number, expected an object', raw: '5' },
    { reason: 'malformed', raw: 'null' },
    { reason: 'malformed', raw: '[]' },
    { id: 'b' },
  ]);
});

test('traps are no events: a field named __proto__, however deep, and nesting that no store would take', async () => {
  const server = await opened();
  const events = ['{"__proto__":{"admin":true}}', '{"a":[{"\\u005f_proto__":1}]}', nested(EVENT_DEPTH_MAX), nested(EVENT_DEPTH_MAX + 1), nested(100_000)];
  const answer = await send(server, `[${events.join(',')}]`);
  expect(answer.body).toEqual({
    accepted: 1,
    bad: [
      { index: 0, reason: 'has a field named __proto__' },
      { index: 1, reason: 'has a field named __proto__' },
      { index: 3, reason: 'nests deeper than 32' },
      { index: 4, reason: 'nests deeper than 32' },
    ],
  });
  expect(given(server).length).toBe(5);
});

test('a body that is no JSON is refused with the parser\'s reason, and set aside', async () => {
  const server = await opened();
  const { status, body } = await send(server, '{"id":');
  expect(status).toBe(400);
  expect(body).toEqual({
    error: {
      code: 'MALFORMED_JSON',
      message: 'The body is not JSON.',
      expected: 'a JSON object, or a list of them',
      got: 'Unexpected end of JSON input',
      cure: 'Correct the body; as it came, it was set aside.',
    },
  });
  expect(await send(server, '')).toMatchObject({ status: 400 });
  expect(await send(server, Buffer.from([0x22, 0xff, 0x22]))).toMatchObject({ status: 400, body: { error: { got: 'not UTF-8' } } });
  expect(given(server)).toMatchObject([{ reason: 'malformed', raw: '{"id":' }, { raw: '' }, { raw: '"\uFFFD"' }]);
});

test('a stream has an event on each line; bad ones are told with their lines', async () => {
  const server = await opened({ limits: { lineBytesMax: 20 } });
  const answer = await send(server, `{"id":"a"}\r\n\n{oops}\n7\n{"id":"${'x'.repeat(20)}"}\n{"id":"b"}`, LINES_TYPE);
  expect(answer.body).toEqual({
    accepted: 2,
    bad: [
      { line: 3, reason: expect.stringMatching(/^is not JSON: /) },
      { line: 4, reason: 'is a number, expected an object' },
      { line: 5, reason: 'is longer than 20 bytes' },
    ],
  });
  expect(given(server)).toMatchObject([{ id: 'a' }, { reason: 'malformed', raw: '{oops}' }, { raw: '7' }, { reason: 'too-large' }, { id: 'b' }]);
});

test('a stream is taken in while it comes, cut anywhere', async () => {
  const server = await opened();
  const parts = ['{"id":', '"a"}\n{"id":"b"}\n{"i', 'd":"c"}\n'];
  let next: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({ start: (controller) => void (next = controller) });
  const answer = send(server, body, LINES_TYPE);
  next?.enqueue(Buffer.from(parts[0] as string));
  next?.enqueue(Buffer.from(parts[1] as string));
  await server.reader.ready();
  expect(given(server)).toEqual([{ id: 'a' }, { id: 'b' }]);
  next?.enqueue(Buffer.from(parts[2] as string));
  next?.close();
  expect(await answer).toMatchObject({ status: 200, body: { accepted: 3 } });
  expect(given(server)).toEqual([{ id: 'c' }]);
});

test('a long stream becomes durable in parts, all of them in order', async () => {
  const server = await opened();
  const lines = Array.from({ length: 20_001 }, (_, n) => JSON.stringify({ n }));
  expect(await send(server, lines.join('\n'), LINES_TYPE)).toMatchObject({ body: { accepted: 20_001, bad: [] } });
  expect(given(server)).toEqual(lines.map((line) => JSON.parse(line)));
});

test('of very many bad ones an answer tells the first, and how many more there are', async () => {
  const server = await opened();
  const { body } = await send(server, '[]\n'.repeat(150), LINES_TYPE);
  expect(body).toMatchObject({ accepted: 0, moreBad: 50 });
  expect((body as { bad: unknown[] }).bad.length).toBe(100);
  expect(given(server).length).toBe(150);
});

test('a stream that breaks off has no answer; whole lines are kept, the piece is not', async () => {
  const server = await opened();
  const { port } = server.spec.address();
  const socket = await connected(port);
  socket.write(`POST /events HTTP/1.1\r\nhost: a\r\ncontent-type: ${LINES_TYPE}\r\ntransfer-encoding: chunked\r\n\r\n14\r\n{"id":"a"}\n{"id":"b"\r\n`);
  await server.reader.ready();
  socket.destroy();
  expect(given(server)).toEqual([{ id: 'a' }]);
});

test('limits: as many events and bytes as allowed are taken, one more is refused and nothing of it stored', async () => {
  const server = await opened({ limits: { eventsMax: 2, bodyBytesMax: 10 } });
  expect(await send(server, '[{},{}]')).toMatchObject({ status: 200 });
  expect(await send(server, '[{},{},{}]')).toMatchObject({ status: 413, body: { error: { code: 'TOO_MANY_EVENTS', got: '3' } } });
  expect(await send(server, '{"a":"bc"}')).toMatchObject({ status: 200 });
  expect(await send(server, '{"a":"bcd"}')).toMatchObject({ status: 413, body: { error: { code: 'BODY_TOO_LARGE', expected: 'at most 10 bytes', got: '11' } } });
  expect(given(server).length).toBe(3);
});

test('when the source has ended, or the store takes nothing, the client is told to come again', async () => {
  const backend = memoryBackend(new MemoryDisk());
  const server = await opened({}, backend);
  await server.handle.end();
  const ended = await send(server, '{}');
  expect(ended).toMatchObject({ status: 503, body: { error: { code: 'LOG_ENDED', message: 'The source has ended.' } } });
  expect(ended.headers.get('retry-after')).toBe('5');

  const other = memoryBackend(new MemoryDisk());
  const refused = await opened({}, other);
  other.close();
  for (const type of [JSON_TYPE, LINES_TYPE]) {
    expect(await send(refused, '{}', type)).toMatchObject({ status: 503, body: { error: { code: 'STORE_CLOSED', message: 'The events could not be stored.' } } });
  }
});

test('a port that is taken is a clear error', async () => {
  const { spec } = await opened();
  const { port } = spec.address();
  await expect(opened({ port })).rejects.toMatchObject({ code: 'PORT_TAKEN', message: `port ${port} of 127.0.0.1 is taken by another server` });
  await expect(opened({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'CANNOT_LISTEN' });
});

test('it listens from its opening to the closing of its reader, and after that again on the same port', async () => {
  const { spec, handle, reader } = await opened();
  const { url } = spec.address();
  await reader.close();
  expect(() => spec.address()).toThrow('the ingest server of /events is not listening');
  await expect(fetch(url, { method: 'POST' })).rejects.toThrow('fetch failed');
  const [again] = await spec.open({ name: 'requests', clock: systemClock, log: <T>() => handle as LogHandle<T> }, [undefined]);
  closers.push(() => (again as Reader<unknown>).close());
  expect(spec.address().url).toBe(url);
});

test('closing answers what has come whole, and cuts what has not', async () => {
  const commits: (() => void)[] = [];
  const asked = Promise.withResolvers<void>();
  const soon = (task: () => void): void => {
    commits.push(task);
    asked.resolve();
  };
  const server = await opened({}, memoryBackend(new MemoryDisk()), { ...systemClock, soon });
  const { port } = server.spec.address();
  const head = 'POST /events HTTP/1.1\r\nhost: a\r\ncontent-type: application/';
  const [stream, half, idle, whole] = (await Promise.all([1, 2, 3, 4].map(() => connected(port)))) as [Socket, Socket, Socket, Socket];
  stream.write(`${head}x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{"id":"a"\r\n`);
  half.write(`${head}json\r\ncontent-length: 10\r\n\r\n{"id"`);
  whole.write(`${head}json\r\ncontent-length: 10\r\n\r\n{"id":"b"}`);
  await asked.promise;
  const answers = [stream, half, idle, whole].map(answerOf);
  const closed = server.reader.close();
  for (const commit of commits) commit();
  await closed;
  expect((await Promise.all(answers)).map((answer) => answer.slice(0, 15))).toEqual(['', '', '', 'HTTP/1.1 200 OK']);
});

/** An object in an object, and so on: `depth` of them. */
function nested(depth: number): string {
  return `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;
}

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {}); // a cut connection is an empty answer
  return socket;
}

/** Everything the server says until it hangs up. */
function answerOf(socket: Socket): Promise<string> {
  let answer = '';
  socket.on('data', (data) => void (answer += data.toString()));
  return new Promise((resolve) => socket.on('close', () => resolve(answer)));
}

test('an event as deep as events may be is taken, whatever its lists hold', async () => {
  const source = await opened();
  let value: unknown = null;
  for (let depth = 1; depth < EVENT_DEPTH_MAX; depth += 1) value = [depth, value];
  const deepest = { value };
  expect(await send(source, JSON.stringify([deepest, 5, { value: 1 }]))).toMatchObject({ status: 200, body: { accepted: 2 } });
  expect(given(source)).toMatchObject([deepest, { reason: 'malformed' }, { value: 1 }]);
});
