import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { expectFree } from './free-port.ts';

test('a port that is taken fails as listening would, one that is free stays free', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(expectFree('127.0.0.1', port)).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  await expectFree('127.0.0.1', 0);
  server.close();
  await once(server, 'close');
  await expectFree('127.0.0.1', port);
  await expectFree('127.0.0.1', port);
});
