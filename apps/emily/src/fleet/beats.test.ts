import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { expect, onTestFinished, test, vi } from 'vitest';
import { keyId, modelId, requestId, tenantId, userId } from '../domain/names.ts';
import type { Driver } from './driver.ts';
import { externalDriver } from './external-driver.ts';
import { Fleet } from './fleet.ts';
import type { UnsignedFleetFact } from './fleet-book.ts';
import { simulatedDriver } from './simulated-driver.ts';

const model = modelId('tiny');
const waiting = { timeout: 20_000, interval: 50 };

/** A fleet of one replica, and what is said of it. */
function fleetOf(driver: Driver) {
  const said: UnsignedFleetFact[] = [];
  const fleet = new Fleet({ driver, models: [model], replicasPerModel: 1, life: 7, traits: () => ({ owner: tenantId('ada'), gpus: 4 }) });
  fleet.book.open(async (fact) => void said.push(fact));
  onTestFinished(() => fleet.stop());
  return { fleet, said, kinds: () => said.map((fact) => `${fact.kind} ${fact.replica}`) };
}

const beats = (said: readonly UnsignedFleetFact[]) => said.filter((fact) => fact.kind === 'replica-beat');

/** A server with vLLM's counters. */
async function engine() {
  const state = { generated: 1_000 };
  const server = createServer(({ url }, response) => void response.end(url === '/metrics' ? `vllm:prompt_tokens_total 5\nvllm:generation_tokens_total ${state.generated}\n` : '')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { state, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('a replica registers when it answers first, beats with what was made on it, and leaves with its last count', { timeout: 60_000 }, async () => {
  const { fleet, said, kinds } = fleetOf(simulatedDriver({ seed: 1, latency: { firstTokenMs: 10, tokenMs: 1 } }));
  await fleet.ready();
  await vi.waitFor(() => expect(kinds()).toEqual(['replica-registered tiny/0.7.0', 'replica-beat tiny/0.7.0']), waiting);
  expect(said[0]).toMatchObject({ model, owner: 'ada', gpus: 4, state: 'starting' });
  const [first] = beats(said);
  expect(first).toMatchObject({ state: 'ready', busyMs: 0, running: 0, work: [], engine: { running: 0, waiting: 0, counters: { promptTokens: 0, generatedTokens: 0 } } });
  expect(first!.clockMs).toBeGreaterThan(20); // The time that it took to start.

  const replica = fleet.pick(model)!;
  const call = { id: requestId('r'), tenant: tenantId('bob'), user: userId('u'), key: keyId('k') };
  replica.work.begin(call);
  const { body } = await request(`${replica.origin}/v1/chat/completions`, { dispatcher: replica.dispatcher, method: 'POST', body: JSON.stringify({ model, messages: [{ role: 'user', content: 'one two' }], max_tokens: 30 }) });
  const { usage } = (await body.json()) as { usage: { prompt_tokens: number; completion_tokens: number } };
  replica.work.counted(call.id, { inputTokens: usage.prompt_tokens, cachedInputTokens: 0, outputTokens: usage.completion_tokens });
  replica.work.end(call.id);

  await fleet.closeBook();
  expect(kinds().slice(-2)).toEqual(['replica-beat tiny/0.7.0', 'replica-left tiny/0.7.0']);
  const last = beats(said).at(-1)!;
  const work = beats(said).flatMap((one) => one.work);
  expect(work).toEqual([{ tenant: 'bob', user: 'u', key: 'k', calls: 1, units: 2 * 10 + 30 * 40 }]);
  expect(last.engine?.counters).toEqual({ promptTokens: 2, generatedTokens: 30 });
  expect(last.busyMs).toBeGreaterThanOrEqual(35);
  expect(last.busyMs).toBeLessThan(last.clockMs);
  const count = said.length;
  await fleet.stop();
  expect(said).toHaveLength(count);
});

test('what somebody else runs has no time before its first answer, and is another one when its counters begin again', { timeout: 60_000 }, async () => {
  const { origin, state } = await engine();
  const { fleet, said, kinds } = fleetOf(externalDriver({ origins: [origin] }));
  await fleet.ready();
  await vi.waitFor(() => expect(beats(said)).toHaveLength(1), waiting);
  expect(said[0]).toMatchObject({ kind: 'replica-registered', state: 'ready' });
  expect(beats(said)[0]!.clockMs).toBeLessThan(1_000);
  state.generated = 3;
  await vi.waitFor(() => expect(kinds()).toEqual(['replica-registered tiny/0.7.0', 'replica-beat tiny/0.7.0', 'replica-left tiny/0.7.0', 'replica-registered tiny/0.7.1', 'replica-beat tiny/0.7.1']), waiting);
  expect(beats(said).map((one) => one.engine?.counters?.generatedTokens)).toEqual([1_000, 3]);
  expect(fleet.pick(model)?.id).toBe('tiny/0.7.1');
});
