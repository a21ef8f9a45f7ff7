import { calendar, minutes, tumbling, type Duration, type Stream, type Table } from 'millrace';
import type { FleetFact } from '../domain/fleet-fact.ts';
import { keyId, tenantId, userId, type KeyId, type ModelId, type TenantId, type UserId } from '../domain/names.ts';
import { follow, type Boot } from './boot-time.ts';
import type { GpuSplit } from './gpu-time.ts';

export type GpuState = 'setup' | 'active' | 'idle' | 'unknown';

/**
 * Whose GPU time, and in which state. Active time is of who called. The rest is of the model's owner, and nobody's user
 * and key, which are ''; the operator's own is of the tenant ''.
 */
export type GpuKey = { tenant: TenantId; user: UserId; key: KeyId; model: ModelId; state: GpuState };

export type GpuUsage = {
  readonly boots: Table<string, Boot>;
  /** GPU milliseconds; each span counts in the window in which it ended. */
  readonly gpuPerMinute: Table<GpuKey, number>;
  readonly gpuPerMonth: Table<GpuKey, number>;
};

export type GpuUsageOptions = { readonly zone: string; readonly minutesKept: Duration };

type Part = GpuKey & { readonly gpuMs: number };
/** What a fact made of its boot, and the parts of the time that it added. */
type Told = { readonly replica: string; readonly boot: Boot; readonly parts: readonly Part[] };

/** GPU time, from what replicas say of themselves. */
export function gpuUsage(facts: Stream<FleetFact>, { zone, minutesKept }: GpuUsageOptions): GpuUsage {
  const told = facts
    .keyBy((fact) => fact.replica)
    .process<Told, { boot?: Boot }>({
      name: 'boots-followed',
      state: () => ({}),
      on(fact, { key, state, emit }) {
        const step = follow(state.get().boot, fact);
        if (step === undefined) return;
        state.set({ boot: step.boot });
        emit({ replica: key, boot: step.boot, parts: step.split === undefined ? [] : partsOf(step.boot, step.split) });
      },
    });
  const byKey = told
    .flatMap(({ parts }) => parts)
    .keyBy<GpuKey>({ tenant: (one) => one.tenant, user: (one) => one.user, key: (one) => one.key, model: (one) => one.model, state: (one) => one.state });
  return {
    boots: told.keyBy((one) => one.replica).last((one) => one.boot, { name: 'boots' }),
    gpuPerMinute: byKey.window(tumbling(minutes(1))).sum((one) => one.gpuMs, { name: 'gpu-per-minute', keep: minutesKept }),
    gpuPerMonth: byKey.window(calendar.month(zone)).sum((one) => one.gpuMs, { name: 'gpu-per-month', keep: 'forever' }),
  };
}

const nobody = { user: userId(''), key: keyId('') };

function partsOf({ model, owner }: Boot, { setupMs, idleMs, unknownMs, active }: GpuSplit): readonly Part[] {
  const tenant = owner === 'operator' ? tenantId('') : owner;
  const owned = ([['setup', setupMs], ['idle', idleMs], ['unknown', unknownMs]] as const).map(([state, gpuMs]): Part => ({ tenant, ...nobody, model, state, gpuMs }));
  return [...owned, ...active.map((share): Part => ({ ...share, model, state: 'active' }))].filter(({ gpuMs }) => gpuMs > 0);
}
