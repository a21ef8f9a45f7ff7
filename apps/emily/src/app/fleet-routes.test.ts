import { expect, test } from 'vitest';
import type { BeatState, FleetFact, Work } from '../domain/fleet-fact.ts';
import { epochMs, keyId, modelId, tenantId, userId } from '../domain/names.ts';
import type { ReplicaState } from '../fleet/slot.ts';
import { logs } from './program.ts';
import { type House, house } from './testing/house.ts';

const start = Date.UTC(2026, 10, 24);
type Beat = readonly [atMs: number, state: BeatState, busyMs: number, work?: readonly Work[]];

/** One boot's facts; each beat at its clock. */
function boot(replica: string, owner: 'operator' | string, gpus: number, beats: readonly Beat[]): FleetFact[] {
  const said = (atMs: number) => ({ producer: '', admittedAt: epochMs(start + atMs), replica });
  return [
    { ...said(0), kind: 'replica-registered', model: modelId(replica.split('/')[0]!), owner: owner === 'operator' ? owner : tenantId(owner), gpus, state: 'starting' },
    ...beats.map(([clockMs, state, busyMs, work = []]): FleetFact => ({ ...said(clockMs), kind: 'replica-beat', state, clockMs, busyMs, running: 0, engine: null, work })),
  ];
}

const by = (tenant: string, user: string, units: number): Work => ({ tenant: tenantId(tenant), user: userId(user), key: keyId('k'), calls: 1, units });

async function told(replicas: readonly ReplicaState[] = []): Promise<House> {
  const built = await house(undefined, {}, undefined, () => replicas);
  const facts = [
    ...boot('phi-4/0.1.0', 'operator', 1, [[1_000, 'ready', 0], [6_000, 'ready', 3_000, [by('ada', 'u', 1), by('bob', 'v', 2)]]]),
    ...boot('own/0.1.0', 'ada', 2, [[2_000, 'ready', 0], [7_000, 'ready', 1_000, [by('ada', 'u', 1)]]]),
    { producer: '', admittedAt: epochMs(start + 8_000), replica: 'own/0.1.0', kind: 'replica-left', reason: 'was ended by SIGKILL' } as const,
  ].toSorted((a, b) => a.admittedAt - b.admittedAt);
  await built.program.append(logs.usage, [...built.gateway.facts(...facts), built.gateway.promise(start + 60_000)]);
  await built.program.caughtUp(logs.usage);
  return built;
}

type Told = { data: { replica?: string; model: string; state: string; user: string; tenant: string; gpuMs: unknown; finality?: string }[]; left: { replica: string; reason: string; gpuMs: object }[] };
const get = async ({ server }: House, url: string, authorization: string): Promise<Told> => (await server.inject({ url, headers: { authorization } })).json();

test('GPU time is told to the operator whole, and to a tenant as far as it is its own', async () => {
  const built = await told();
  const rows = ({ data }: Told) => data.map(({ tenant, model, user, state, gpuMs }) => [tenant, model, user, state, gpuMs].join(' ')).toSorted();
  const adas = ['ada own  idle 8000', 'ada own  setup 4000', 'ada own u active 2000', 'ada phi-4 u active 1000'];
  const others = [' phi-4  idle 2000', ' phi-4  setup 1000', 'bob phi-4 v active 2000'];
  const [operator, ada] = [await built.bearer('mle', 'admin'), await built.bearer('ada', 'read')];
  for (const window of ['minute', 'month']) {
    expect(rows(await get(built, `/v1/gpu-time?window=${window}`, operator))).toEqual([...adas, ...others].toSorted());
    expect(rows(await get(built, `/v1/gpu-time?window=${window}`, ada))).toEqual(adas);
  }
  expect(rows(await get(built, '/v1/gpu-time?tenant=bob', ada))).toEqual([]);
  expect(rows(await get(built, `/v1/gpu-time?model=own&from=${start}&to=${start + 1}`, ada))).toEqual(adas.slice(0, 3));
  expect(rows(await get(built, `/v1/gpu-time?window=minute&from=${start + 60_000}`, ada))).toEqual([]);
  const refused = await built.server.inject({ url: '/v1/gpu-time?window=week', headers: { authorization: ada } });
  expect([refused.statusCode, refused.json<{ error: { message: string } }>().error.message]).toEqual([400, expect.stringContaining('one of minute, month')]);
});

test('the replicas of now are told with their time, and those that have left with why', async () => {
  const now: ReplicaState[] = [{ id: 'phi-4/0.1.0', model: modelId('phi-4'), state: 'ready', outstanding: 3 }, { id: 'phi-4/1.1.0', model: modelId('phi-4'), state: 'starting', outstanding: 0 }];
  const built = await told(now);
  const { data, left } = await get(built, '/v1/fleet', await built.bearer('mle', 'admin'));
  expect(data).toMatchObject([
    { replica: 'phi-4/0.1.0', state: 'ready', outstanding: 3, gpus: 1, owner: 'operator', clockMs: 6_000, gpuMs: { setup: 1_000, active: 3_000, idle: 2_000, unknown: 0 } },
    { replica: 'phi-4/1.1.0', state: 'starting', registeredAt: null },
  ]);
  expect(left).toMatchObject([{ replica: 'own/0.1.0', reason: 'was ended by SIGKILL', gpuMs: { setup: 4_000, active: 2_000, idle: 8_000, unknown: 0 } }]);
  const adas = await get(built, '/v1/fleet', await built.bearer('ada', 'read'));
  expect([adas.data, adas.left.map(({ replica }) => replica)]).toEqual([[], ['own/0.1.0']]);
  expect(await get(built, '/v1/fleet', await built.bearer('bob', 'read'))).toMatchObject({ data: [], left: [] });
});

test('metrics have the replicas and their time', async () => {
  const built = await told([{ id: 'phi-4/0.1.0', model: modelId('phi-4'), state: 'ready', outstanding: 3 }]);
  const { body } = await built.server.inject({ url: '/metrics', headers: { authorization: await built.bearer('mle', 'admin') } });
  expect(body).toContain('emily_replicas{model="phi-4",state="ready"} 1');
  expect(body).toContain('emily_replica_calls{replica="phi-4/0.1.0"} 3');
  expect(body).toContain('emily_gpu_seconds_total{model="own",state="setup"} 4');
});
