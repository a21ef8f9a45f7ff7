import type { AsOf, EpochMs, Model, Replica } from '../api.ts';
import type { Fleet, GpuState, GpuTime } from '../api-fleet.ts';

const HOUR_MS = 3_600_000;

/** What replicas say of their time in a fixture's world: those of now since an hour or so, and one that has left. */
export function fixtureFleet(replicas: readonly Replica[], models: readonly Model[], at: EpochMs, asOf: AsOf): Fleet {
  const ownerOf = (model: string): string => models.find(({ id }) => id === model)?.owner ?? 'operator';
  const told = (model: string, n: number, hours: number) => {
    const [gpus, clockMs] = [1 + (n % 2), hours * HOUR_MS];
    const [setup, active] = [gpus * 90_000, gpus * Math.round(clockMs * (0.2 + 0.1 * (n % 5)))];
    const unknown = n === 9 ? 12_000 * gpus : 0;
    return { owner: ownerOf(model), gpus, registeredAt: at - clockMs, lastBeatAt: at - 700, clockMs, gpuMs: { setup, active, unknown, idle: gpus * clockMs - setup - active - unknown } };
  };
  return {
    data: replicas.map(({ id, model, state, outstanding }, n) => ({ replica: id, model, state, outstanding, ...(state === 'draining' ? { registeredAt: null } : told(model, n, 1 + n)) })),
    waiting: replicas.some(({ state }) => state === 'draining') ? [{ model: models[0]?.id ?? '', calls: 37 }] : [],
    left: replicas.length === 0 ? [] : [{ replica: `${replicas[0]?.id}.0`, model: replicas[0]?.model ?? '', reason: 'was ended by SIGKILL', ...told(replicas[0]?.model ?? '', 9, 5) }],
    asOf,
  };
}

/** GPU time of a month: more tenants than have a colour of their own. */
export function fixtureGpuTime(tenants: readonly { readonly id: string }[], models: readonly Model[], window: GpuTime['data'][number]['window'], asOf: AsOf): GpuTime {
  const row = (model: string, state: GpuState, tenant: string, hours: number): GpuTime['data'][number] => ({ window, tenant, model, state, gpuMs: Math.round(hours * HOUR_MS), finality: 'provisional', evidence: [] });
  return {
    data: models.flatMap(({ id }, n) => [
      row(id, 'setup', '', 0.75), row(id, 'idle', '', 40 + n), row(id, 'unknown', '', n === 0 ? 0.01 : 0),
      ...tenants.map((tenant, place) => row(id, 'active', tenant.id, 30 / (1 + place + n))),
    ]),
    asOf,
  };
}
