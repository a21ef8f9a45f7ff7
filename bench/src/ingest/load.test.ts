import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { meteringEvent } from '../metering.ts';
import { load } from './load.ts';

let server: Server | undefined;

/** A server of the ingest contract that keeps what it was sent, and accepts what the test says. */
async function serving(accept: (events: number) => number): Promise<{ port: number; bodies: unknown[] }> {
  const bodies: unknown[] = [];
  server = createServer(async (request, response) => {
    const body = await json(request);
    bodies.push(body);
    const answer = JSON.stringify({ accepted: accept(Array.isArray(body) ? body.length : 1) });
    response.writeHead(200, { 'content-length': answer.length }).end(answer);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port, bodies };
}

afterEach(() => {
  server?.close();
});

test('the load sends consecutive events of the metering stream, one object a request', async () => {
  const { port, bodies } = await serving((events) => events);
  const { requests, events, latenciesMs } = await load({ port, batch: 1, connections: 1, seconds: 0.05, firstEvent: 7 });
  expect(bodies).toEqual(Array.from({ length: requests }, (_, i) => meteringEvent(7 + i)));
  expect(events).toBe(requests);
  expect(latenciesMs).toEqual(latenciesMs.toSorted());
  expect(latenciesMs.length).toBe(requests);
});

test('a batch is an array, and no event is in two of them however many connections press', async () => {
  const { port, bodies } = await serving((events) => events);
  const { requests, events } = await load({ port, batch: 100, connections: 4, seconds: 0.05, firstEvent: 0 });
  expect(events).toBe(100 * requests);
  expect(bodies.length).toBe(requests);
  const sent = bodies.flat() as { id: string }[];
  const inOrder = Array.from({ length: events }, (_, n) => meteringEvent(n).id);
  expect(sent.map(({ id }) => id).sort()).toEqual(inOrder.sort());
});

test('a server that accepts less than it was sent fails the load', async () => {
  const { port } = await serving((events) => events - 1);
  await expect(load({ port, batch: 100, connections: 2, seconds: 5, firstEvent: 0 }))
    .rejects.toThrow('expected {"accepted":100}, came {"accepted":99}');
});
