import fastify from 'fastify';
import { expect, test } from 'vitest';
import { healthRoute } from './health-route.ts';
import { house } from './testing/house.ts';

test('it is well while calls can be recorded, and says so to anybody', async () => {
  const { server, program } = await house();
  const ask = async (): Promise<readonly [number, unknown, unknown]> => {
    const { statusCode, headers, body } = await server.inject({ url: '/health' });
    return [statusCode, headers['cache-control'], JSON.parse(body)];
  };
  expect(await ask()).toEqual([200, 'no-store', { status: 'ok' }]);
  await program.stop();
  expect(await ask()).toEqual([503, 'no-store', { status: 'unavailable' }]);
});

test('with a disk that is full it is not', async () => {
  const app = fastify();
  await app.register(healthRoute({ program: { status: () => ({ full: { since: 0 } }) as never } }));
  expect((await app.inject({ url: '/health' })).statusCode).toBe(503);
});
