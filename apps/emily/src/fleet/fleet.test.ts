import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test, vi } from 'vitest';
import { modelId } from '../domain/names.ts';
import type { Driver } from './driver.ts';
import { Fleet } from './fleet.ts';
import { answersHealthCheck } from './health-check.ts';
import { Replica } from './replica.ts';
import { noLatency, simulatedDriver } from './simulated-driver.ts';
import type { FleetEvent } from './slot.ts';

const small = modelId('sim-small');
const large = modelId('sim-large');

/** Simulated replicas, whose processes the test can get at by their port. */
function fleetOf(replicasPerModel: number, driver: Driver = simulatedDriver({ seed: 1, latency: noLatency })) {
  const events: FleetEvent[] = [];
  const fleet = new Fleet({ driver, models: [small, large], replicasPerModel, report: (event) => void events.push(event) });
  onTestFinished(() => fleet.stop());
  return { fleet, events };
}

test('it starts replicas of each model, and picks the one with the least outstanding work', async () => {
  const { fleet } = fleetOf(2);
  expect(fleet.pick(small)).toBeUndefined();
  await fleet.ready();
  expect(fleet.replicas()).toHaveLength(4);

  const a = fleet.pick(small)!;
  a.begin();
  const b = fleet.pick(small)!;
  expect(b.id).not.toBe(a.id);
  b.begin();
  b.begin();
  expect(fleet.pick(small)).toBe(a);
  a.end();
  a.begin();
  a.begin();
  expect(fleet.pick(small)!.id).toBe(b.id);
  expect(fleet.pick(large)!.model).toBe(large);
  expect(fleet.pick(modelId('none'))).toBeUndefined();
  for (const replica of [a, b]) while (replica.outstanding > 0) replica.end();
});

test('replicas without work take turns', async () => {
  const { fleet } = fleetOf(2);
  await fleet.ready();
  const picks = [1, 2, 3, 4].map(() => fleet.pick(small)!.id);
  expect(picks[0]).not.toBe(picks[1]);
  expect(picks.slice(2)).toEqual(picks.slice(0, 2));
});

test('a replica that dies is replaced by another, under another name', async () => {
  const started: { stop(): void }[] = [];
  const simulated = simulatedDriver({ seed: 1, latency: noLatency });
  const { fleet, events } = fleetOf(1, {
    start: async (model, slot) => {
      const replica = await simulated.start(model, slot);
      if (model === small) started.push(replica);
      return replica;
    },
  });
  await fleet.ready();
  const before = fleet.pick(small)!;
  started[0]!.stop();
  await vi.waitFor(() => expect(fleet.pick(small)?.id).toBe('sim-small/0.1'), { timeout: 10_000 });
  expect(before.id).toBe('sim-small/0.0');
  expect(events).toContainEqual({ model: small, replica: before.id, state: 'gone', reason: 'was ended by SIGTERM' });
});

test('a replica that can not be started is reported, and tried again', async () => {
  let attempts = 0;
  const { fleet, events } = fleetOf(1, {
    start: (model, slot) =>
      attempts++ < 3 ? Promise.reject(new Error('no GPU is free')) : simulatedDriver({ seed: 1, latency: noLatency }).start(model, slot),
  });
  await fleet.ready();
  expect(events.filter(({ state }) => state === 'gone').map(({ reason }) => reason)).toEqual(Array.from({ length: 3 }, () => 'no GPU is free'));
});

test('one that comes up and dies at once is started again less and less often', async () => {
  const startedAt: number[] = [];
  const { fleet } = fleetOf(1, {
    start: async (model) => {
      if (model === large) return simulatedDriver({ seed: 1, latency: noLatency }).start(model, 0);
      startedAt.push(performance.now());
      return { origin: 'http://127.0.0.1:1', gone: Promise.resolve('fell over'), stop: () => {} };
    },
  });
  await vi.waitFor(() => expect(startedAt.length).toBeGreaterThanOrEqual(5), { timeout: 10_000 });
  // 100 ms, 200, 400 and 800; a timer may be a little early.
  expect(startedAt[4]! - startedAt[0]!).toBeGreaterThan(1_450);
  expect(fleet.pick(small)).toBeUndefined();
});

test('a suspected replica gets nothing until it answers a health check again', async () => {
  const { fleet } = fleetOf(1);
  await fleet.ready();
  fleet.pick(small)!.suspect();
  expect(fleet.pick(small)).toBeUndefined();
  await vi.waitFor(() => expect(fleet.pick(small)).toBeDefined(), { timeout: 5_000 });
});

test('nobody there is not healthy', async () => {
  const replica = new Replica('r', small, 'http://127.0.0.1:1');
  onTestFinished(() => replica.close());
  expect(await answersHealthCheck(replica)).toBe(false);
});

test('after a stop nothing runs', async () => {
  const { fleet } = fleetOf(1);
  await fleet.ready();
  const origins = fleet.replicas().map(({ origin }) => origin);
  await fleet.stop();
  expect(fleet.replicas()).toEqual([]);
  for (const origin of origins) await expect(fetch(`${origin}/health`)).rejects.toThrow('fetch failed');
});

test('kill -9 of the process that started it leaves no replica behind', async () => {
  const program = `
    import { simulatedDriver, noLatency } from ${JSON.stringify(new URL('./simulated-driver.ts', import.meta.url).href)};
    const { origin } = await simulatedDriver({ seed: 1, latency: noLatency }).start('sim-small', 0);
    console.log(origin);
    setInterval(() => {}, 1_000_000);
  `;
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [origin] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  expect((await fetch(`${origin}/health`)).status).toBe(200);
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(fetch(`${origin}/health`)).rejects.toThrow('fetch failed'), { timeout: 10_000 });
});
