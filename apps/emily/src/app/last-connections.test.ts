import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { house } from './testing/house.ts';

const WAIT_MS_MAX = 15_000;

test('connections on which nothing was asked, or not to its end, do not keep the server from closing', { timeout: 2 * WAIT_MS_MAX }, async () => {
  const { server, bearer } = await house();
  const { port } = new URL(await server.listen({ port: 0, host: '127.0.0.1' }));
  const headers = `POST /v1/chat/completions HTTP/1.1\r\nhost: emily\r\nauthorization: ${await bearer('ada', 'infer')}\r\n`;
  const sockets = await Promise.all(['', headers, `${headers}content-type: application/json\r\ncontent-length: 100\r\n\r\n{`].map(async (sent) => {
    const socket = connect(Number(port), '127.0.0.1');
    // It may be reset.
    socket.on('error', () => {}).resume();
    await once(socket, 'connect');
    if (sent !== '') await new Promise<void>((resolve) => socket.write(sent, () => resolve()));
    return { closed: new Promise((resolve) => socket.once('close', resolve)) };
  }));
  const begin = performance.now();
  await server.close();
  await Promise.all(sockets.map(({ closed }) => closed));
  expect(performance.now() - begin).toBeLessThan(WAIT_MS_MAX);
});
