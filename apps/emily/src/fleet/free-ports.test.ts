import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { givePortBack, takePort } from './free-ports.ts';

test('no port is given twice before it is given back, though nobody listens on it yet', async () => {
  // Of about 28,000 that there are: left to itself the system would repeat some of so many.
  const ports: number[] = [];
  for (let i = 0; i < 2_000; i++) ports.push(await takePort());
  expect(new Set(ports).size).toBe(ports.length);
  for (const port of ports) givePortBack(port);
});

test('it is free', async () => {
  const port = await takePort();
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  givePortBack(port);
});
