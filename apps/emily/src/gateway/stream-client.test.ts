import { once } from 'node:events';
import { connect } from 'node:net';
import fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { StreamClient, type Mark } from './stream-client.ts';

const mark = (outputTokens: number, metered = false): Mark => ({ usage: { inputTokens: 1, cachedInputTokens: 0, outputTokens }, metered });
const stallMsMax = 60_000;

/** A stream that was begun, and the socket of who should be reading it. */
async function begun() {
  const app = fastify();
  const made = Promise.withResolvers<StreamClient>();
  app.get('/', (_request, reply) => {
    const client = new StreamClient(reply, stallMsMax);
    client.begin({ 'content-type': 'text/event-stream' });
    made.resolve(client);
    return new Promise(() => {});
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const socket = connect((app.server.address() as { port: number }).port, '127.0.0.1');
  onTestFinished(async () => {
    socket.destroy();
    await app.close();
  });
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  return { client: await made.promise, socket };
}

/** Writes until the client's end takes no more; how many writes that took, and when it takes some again. */
function fill(client: StreamClient): { writes: number; caughtUp: Promise<void> } {
  for (let writes = 1; ; writes++) {
    const caughtUp = client.write(Buffer.alloc(100_000, 'x'), mark(writes));
    if (caughtUp !== undefined) return { writes, caughtUp };
  }
}

test('what has left is delivered, and what only waits is not', async () => {
  const { client, socket } = await begun();
  socket.pause();
  const { writes, caughtUp } = fill(client);
  expect(client.write(Buffer.alloc(0), mark(writes + 1, true))).toBeUndefined();
  expect(client.delivered.usage?.outputTokens ?? 0).toBeLessThan(writes);

  socket.resume();
  await caughtUp;
  expect(client.delivered).toEqual(mark(writes + 1, true));
});

test('what waits when the client goes is never delivered', async () => {
  const { client, socket } = await begun();
  socket.pause();
  const { writes, caughtUp } = fill(client);
  const gone = new Promise<void>((resolve) => void client.onGone(resolve));
  socket.resetAndDestroy();
  await Promise.all([gone, caughtUp]);
  expect(client.gone).toBe(true);
  expect(client.delivered.usage?.outputTokens ?? 0).toBeLessThan(writes);
  expect(client.write(Buffer.from('x'), mark(1_000_000))).toBeUndefined();
  expect(client.delivered.usage?.outputTokens ?? 0).toBeLessThan(writes);
});

test('a mark without bytes is delivered at once where nothing waits', async () => {
  const { client } = await begun();
  client.write(Buffer.alloc(0), mark(3));
  expect(client.delivered).toEqual(mark(3));
});

test('who asks about a client that is gone already is told at once, and who called it off is not told', async () => {
  const { client, socket } = await begun();
  let told = 0;
  client.onGone(() => told++)();
  const gone = new Promise<void>((resolve) => void client.onGone(resolve));
  socket.destroy();
  await once(socket, 'close');
  await gone;
  expect(told).toBe(0);
  client.onGone(() => told++);
  expect(told).toBe(1);
});
