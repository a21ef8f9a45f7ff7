import { request } from 'undici';
import { expect, onTestFinished, test, vi } from 'vitest';
import { modelId } from '../domain/names.ts';
import { Fleet } from './fleet.ts';
import type { Replica } from './replica.ts';
import type { Scaling } from './scaling.ts';
import { simulatedDriver } from './simulated-driver.ts';
import type { FleetEvent } from './slot.ts';

const model = modelId('sim');
const waiting = { timeout: 20_000, interval: 50 };

async function fleetOf(scaling: Partial<Scaling> = {}) {
  const events: FleetEvent[] = [];
  const driver = simulatedDriver({ seed: 1, latency: { firstTokenMs: 1, tokenMs: 5 } });
  const terms: Scaling = { min: 1, max: 3, callsPerReplica: 4, upAfterMs: 1_000, downAfterMs: 3_000, ...scaling };
  const fleet = new Fleet({ driver, models: [model], replicasPerModel: () => terms, report: (event) => void events.push(event) });
  onTestFinished(() => fleet.stop());
  await fleet.ready();
  return { fleet, events, changes: () => events.filter(({ state }) => state === 'added' || state === 'given-up').map(({ replica, state }) => [replica, state]) };
}

/** Streams an answer of so many words through the replica that is next, as the gateway does. */
async function stream(fleet: Fleet, words: number): Promise<{ replica: Replica; text: Promise<string> }> {
  const replica = fleet.pick(model)!;
  replica.begin();
  const { body } = await request(`${replica.origin}/v1/chat/completions`, {
    dispatcher: replica.dispatcher,
    method: 'POST',
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'go' }], max_tokens: words, stream: true }),
  });
  return { replica, text: body.text().finally(() => replica.end()) };
}

test('with its load a model gets more replicas, and gives them up again; no stream is cut', { timeout: 90_000 }, async () => {
  const { fleet, changes } = await fleetOf();
  const streams = [];
  // Nine streams for a while: one replica is to have four of them.
  for (let i = 0; i < 9; i++) streams.push(await stream(fleet, 600));
  await vi.waitFor(() => expect(fleet.replicas().filter(({ healthy }) => healthy)).toHaveLength(3), waiting);
  // The new ones get what comes, and the longest is on one of them.
  const long = await stream(fleet, 3_000);
  expect(long.replica.id).not.toBe(streams[0]!.replica.id);
  const elsewhere = await stream(fleet, 3_000);
  expect(elsewhere.replica.id).not.toBe(long.replica.id);
  for (const { text } of streams) expect(await text).toContain('data: [DONE]');
  // Two calls are left, each on a replica of its own: one replica would do, so two are given up, and one of these has a call.
  await vi.waitFor(() => expect(fleet.states().some(({ state, outstanding }) => state === 'draining' && outstanding === 1)).toBe(true), waiting);
  const draining = new Set(fleet.states().filter(({ state }) => state === 'draining').map(({ id }) => id));
  for (let i = 0; i < 10; i++) expect(draining.has(fleet.pick(model)!.id)).toBe(false);
  for (const { text } of [long, elsewhere]) expect(await text).toMatch(/data: \[DONE\]\s*$/);
  await vi.waitFor(() => expect(fleet.states()).toMatchObject([{ state: 'ready', outstanding: 0 }]), waiting);
  expect(changes().filter(([, state]) => state === 'added').map(([replica]) => replica)).toEqual(['sim/1', 'sim/2']);
  expect(changes().filter(([, state]) => state === 'given-up')).toHaveLength(2);
});

test('calls that come and go faster than it looks change nothing', { timeout: 60_000 }, async () => {
  const { fleet, changes } = await fleetOf({ upAfterMs: 2_000 });
  for (let burst = 0; burst < 3; burst++) {
    const streams = await Promise.all(Array.from({ length: 9 }, () => stream(fleet, 50)));
    for (const { text } of streams) await text;
    await new Promise((resolve) => setTimeout(resolve, 1_200));
  }
  expect(changes()).toEqual([]);
  expect(fleet.states()).toHaveLength(1);
});

test('a fleet that stops while it grows leaves nothing running', { timeout: 60_000 }, async () => {
  const { fleet } = await fleetOf({ upAfterMs: 0 });
  const streams = await Promise.all(Array.from({ length: 9 }, () => stream(fleet, 300)));
  await vi.waitFor(() => expect(fleet.states().length).toBeGreaterThan(1), waiting);
  await fleet.stop();
  for (const { text } of streams) expect(await text).toContain('data: [DONE]');
  expect([fleet.states(), fleet.replicas()]).toEqual([[], []]);
});
