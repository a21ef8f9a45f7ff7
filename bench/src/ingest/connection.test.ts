import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Connection } from './connection.ts';

let server: Server | undefined;
let connection: Connection | undefined;

/** A server that does with each request what the test says. */
async function connected(answer: (socket: Socket, request: string) => void): Promise<Connection> {
  server = createServer((socket) => socket.on('data', (request) => answer(socket, request.toString())));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  connection = await Connection.open((server.address() as AddressInfo).port);
  return connection;
}

afterEach(() => {
  connection?.close();
  server?.close();
});

test('several requests go over one connection, each answered before the next is sent', async () => {
  const requests: string[] = [];
  const { post } = bound(await connected((socket, request) => {
    requests.push(request);
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 14\r\n\r\n{"accepted":1}');
  }));
  expect(await post('{"id":"a"}')).toBe('{"accepted":1}');
  expect(await post('{"id":"b"}')).toBe('{"accepted":1}');
  expect(requests).toEqual(['a', 'b'].map((id) => 'POST /events HTTP/1.1\r\nHost: localhost\r\n'
    + `Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{"id":"${id}"}`));
});

test('an answer may come in pieces', async () => {
  const pieces = ['HTTP/1.1 200 OK\r\nConte', 'nt-Length: 2\r\n\r', '\no', 'k'];
  const { post } = bound(await connected((socket) => {
    const next = (): void => {
      const piece = pieces.shift();
      if (piece !== undefined) socket.write(piece, () => setImmediate(next));
    };
    next();
  }));
  expect(await post('{}')).toBe('ok');
});

test('an answer other than 200 is a failure that shows it', async () => {
  const { post } = bound(await connected((socket) => socket.write('HTTP/1.1 503 Busy\r\nContent-Length: 5\r\n\r\nlater')));
  await expect(post('{}')).rejects.toThrow('expected status 200, came HTTP/1.1 503 Busy: later');
  await expect(post('{}')).rejects.toThrow('expected an open connection, it was closed');
});

test('an answer without a length is a failure', async () => {
  const { post } = bound(await connected((socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n')));
  await expect(post('{}')).rejects.toThrow('expected an answer with a Content-Length');
});

test('a server that hangs up is a failure', async () => {
  const { post } = bound(await connected((socket) => socket.destroy()));
  await expect(post('{}')).rejects.toThrow('the server closed the connection');
});

function bound(to: Connection): { post: (body: string) => Promise<string> } {
  return { post: (body) => to.post('/events', 'application/json', body) };
}
