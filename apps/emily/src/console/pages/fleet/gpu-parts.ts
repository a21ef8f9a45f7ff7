import type { GpuState, GpuTimeRow } from '../../api-fleet.ts';

/** A part of GPU time: of a state, and where that is active of one tenant, or of several that are told together. */
export type GpuPart = { readonly id: string; readonly state: GpuState; readonly tenant: string | null; readonly others: number; readonly gpuMs: number };

/** So many tenants have a colour of their own. */
export const TENANTS_APART_MAX = 5;

/**
 * All GPU time in parts that sum to the whole, in the order in which a bar shows them: set-up, active by tenant with
 * the largest first, idle, unknown. A part that is nothing is left out.
 */
export function gpuParts(rows: readonly GpuTimeRow[], tenantsApart: number = Number.POSITIVE_INFINITY): readonly GpuPart[] {
  const byTenant = new Map<string, number>();
  for (const { state, tenant, gpuMs } of rows) if (state === 'active') byTenant.set(tenant, (byTenant.get(tenant) ?? 0) + gpuMs);
  const active = [...byTenant].sort((a, b) => b[1] - a[1]);
  const apart = active.slice(0, active.length > tenantsApart ? tenantsApart : undefined);
  const rest = active.slice(apart.length);
  const of = (state: GpuState): GpuPart => ({ id: state, state, tenant: null, others: 0, gpuMs: sum(rows.filter((row) => row.state === state).map(({ gpuMs }) => gpuMs)) });
  return [
    of('setup'),
    ...apart.map(([tenant, gpuMs]): GpuPart => ({ id: `active ${tenant}`, state: 'active', tenant, others: 0, gpuMs })),
    { id: 'active others', state: 'active' as const, tenant: null, others: rest.length, gpuMs: sum(rest.map(([, gpuMs]) => gpuMs)) },
    of('idle'),
    of('unknown'),
  ].filter(({ gpuMs }) => gpuMs > 0);
}

export const wholeOf = (parts: readonly Pick<GpuPart, 'gpuMs'>[]): number => sum(parts.map(({ gpuMs }) => gpuMs));

const sum = (some: readonly number[]): number => some.reduce((all, one) => all + one, 0);
