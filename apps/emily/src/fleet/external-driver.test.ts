import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { expect, onTestFinished, test, vi } from 'vitest';
import { modelId } from '../domain/names.ts';
import { driverByModel } from './driver-by-model.ts';
import { externalDriver } from './external-driver.ts';
import { Fleet } from './fleet.ts';
import type { FleetEvent } from './slot.ts';

const model = modelId('tiny');
const waiting = { timeout: 15_000 };

/** A server that is well, unless it is told otherwise, and remembers who asked for what. */
async function server() {
  const seen: { readonly url: string | undefined; readonly authorization: string | undefined; readonly type: string | undefined }[] = [];
  const state = { well: true };
  const listening: Server = createServer(({ url, headers }, response) => {
    seen.push({ url, authorization: headers.authorization, type: headers['content-type'] });
    response.statusCode = state.well ? 200 : 500;
    response.end();
  }).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  onTestFinished(() => void listening.close());
  return { origin: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, seen, state };
}

function fleetOf(origins: readonly string[], more: object = {}) {
  const events: FleetEvent[] = [];
  const driver = externalDriver({ origins, ...more });
  const fleet = new Fleet({ driver, models: [model], replicasPerModel: origins.length, report: (event) => void events.push(event) });
  onTestFinished(() => fleet.stop());
  return { fleet, events };
}

test('replicas at their addresses are picked in turn, and live on when the fleet is stopped', async () => {
  const [a, b] = [await server(), await server()];
  const { fleet } = fleetOf([a.origin, b.origin]);
  await fleet.ready();
  expect(new Set([fleet.pick(model)!.origin, fleet.pick(model)!.origin])).toEqual(new Set([a.origin, b.origin]));
  await fleet.stop();
  expect(fleet.replicas()).toEqual([]);
  expect((await fetch(`${a.origin}/health`)).status).toBe(200);
});

test('one that is unwell gets nothing, is waited for under the same name, and is used again', { timeout: 60_000 }, async () => {
  const { origin, seen, state } = await server();
  const { fleet, events } = fleetOf([origin]);
  await fleet.ready();
  state.well = false;
  await vi.waitFor(() => expect(fleet.pick(model)).toBeUndefined(), waiting);
  expect(fleet.states()).toMatchObject([{ state: 'unhealthy' }]);
  // More checks than a replica of ours may miss before it is replaced.
  const before = seen.length;
  await vi.waitFor(() => expect(seen.length).toBeGreaterThan(before + 11), { timeout: 40_000 });
  state.well = true;
  await vi.waitFor(() => expect(fleet.pick(model)?.id).toBe('tiny/0.0'), waiting);
  expect(events.map(({ state: is }) => is)).toEqual(['ready', 'unhealthy', 'ready']);
});

test('its key goes with every request, and its health is asked where it says, as its metrics are', async () => {
  const { origin, seen } = await server();
  const { fleet } = fleetOf([origin], { healthPath: '/v1/models', headers: { authorization: 'Bearer k' } });
  await fleet.ready();
  const replica = fleet.pick(model)!;
  await request(new URL('/v1/chat/completions', origin), { dispatcher: replica.dispatcher, method: 'POST', headers: { 'content-type': 'application/json', authorization: 'Bearer of somebody else' }, body: '{}' }).then(({ body }) => body.dump());
  expect(new Set(seen.map(({ url }) => url))).toEqual(new Set(['/v1/models', '/metrics', '/v1/chat/completions']));
  expect(seen.find(({ url }) => url === '/v1/chat/completions')).toMatchObject({ type: 'application/json' });
  expect(seen.every(({ authorization }) => authorization === 'Bearer k')).toBe(true);
});

test('each model has its own driver, and a model without one is refused', async () => {
  const [a, b] = [await server(), await server()];
  const other = modelId('other');
  const driver = driverByModel(new Map([[model, externalDriver({ origins: [a.origin] })], [other, externalDriver({ origins: [b.origin] })]]));
  expect((await driver.start(other, 0)).origin).toBe(b.origin);
  await expect(driver.start(modelId('none'), 0)).rejects.toThrow('no driver starts none');
  await expect(driver.start(model, 1)).rejects.toThrow('tiny has 1 addresses, and none for place 1');
});
