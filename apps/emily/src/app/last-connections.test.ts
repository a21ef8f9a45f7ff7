import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { house } from './testing/house.ts';

const WAIT_MS_MAX = 10_000;

test.each([
  ['on which nothing was asked', ''],
  ['whose request has not come to its end', 'POST /v1/chat/completions HTTP/1.1\r\nhost: emily\r\nauthorization: KEY\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{'],
  ['whose headers have not', 'GET / HTTP/1.1\r\nhost: emily\r\n'],
])('a connection %s does not keep the server from closing', { timeout: 2 * WAIT_MS_MAX }, async (_what, sent) => {
  const { server, bearer } = await house();
  const { port } = new URL(await server.listen({ port: 0, host: '127.0.0.1' }));
  const socket = connect(Number(port), '127.0.0.1');
  // It may be reset.
  socket.on('error', () => {});
  await once(socket, 'connect');
  const bytes = sent.replace('KEY', await bearer('ada', 'infer'));
  if (bytes !== '') await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
  const closed = once(socket, 'close');
  socket.resume();
  const begin = performance.now();
  await server.close();
  await closed;
  expect(performance.now() - begin).toBeLessThan(WAIT_MS_MAX);
});
