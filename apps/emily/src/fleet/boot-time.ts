import type { EngineReading, FleetFact, ReplicaBeat, ReplicaLeft, ReplicaRegistered } from '../domain/fleet-fact.ts';
import type { EpochMs, ModelId, TenantId } from '../domain/names.ts';
import { splitGpuTime, type GpuSplit } from './gpu-time.ts';

/** What the time of a boot came to, in GPU milliseconds. */
export type GpuSums = { readonly setupMs: number; readonly activeMs: number; readonly idleMs: number; readonly unknownMs: number };

/** One boot of a replica, as far as it has told. */
export type Boot = GpuSums & {
  readonly model: ModelId;
  readonly owner: 'operator' | TenantId;
  readonly gpus: number;
  readonly state: ReplicaBeat['state'] | 'left';
  readonly registeredAt: EpochMs;
  readonly lastAt: EpochMs;
  /** Up to its last beat. */
  readonly clockMs: number;
  readonly busyMs: number;
  readonly running: number;
  readonly engine: EngineReading | null;
  /** Why it left. */
  readonly reason: string | null;
};

/** What a fact makes of a boot, and the split of the time that it adds, where it adds any. */
export type Step = { readonly boot: Boot; readonly split: GpuSplit | undefined };

const nothing: GpuSums = { setupMs: 0, activeMs: 0, idleMs: 0, unknownMs: 0 };

/** Follows a boot from fact to fact; undefined where the fact says nothing: the boot never registered, or had left. */
export function follow(boot: Boot | undefined, fact: FleetFact): Step | undefined {
  if (fact.kind === 'replica-registered') return boot === undefined ? { boot: begun(fact), split: undefined } : undefined;
  if (boot === undefined || boot.state === 'left') return undefined;
  return fact.kind === 'replica-left' ? { boot: ended(boot, fact), split: undefined } : beaten(boot, fact);
}

const begun = ({ model, owner, gpus, state, admittedAt }: ReplicaRegistered): Boot => ({
  ...nothing, model, owner, gpus, state, registeredAt: admittedAt, lastAt: admittedAt, clockMs: 0, busyMs: 0, running: 0, engine: null, reason: null,
});

const ended = (boot: Boot, { reason, admittedAt }: ReplicaLeft): Boot => ({ ...boot, state: 'left', lastAt: admittedAt, running: 0, reason });

/** A beat whose clock is behind that of another one adds nothing: a later one said as much. */
function beaten(boot: Boot, { state, clockMs, busyMs, running, engine, work, admittedAt }: ReplicaBeat): Step | undefined {
  if (clockMs < boot.clockMs) return undefined;
  const split = splitGpuTime({ state: boot.state === 'left' ? 'ready' : boot.state, gpus: boot.gpus, spanMs: clockMs - boot.clockMs, busyMs: Math.max(0, busyMs - boot.busyMs), work });
  const activeMs = split.active.reduce((sum, { gpuMs }) => sum + gpuMs, 0);
  return {
    boot: {
      ...boot,
      state,
      lastAt: admittedAt,
      clockMs,
      busyMs: Math.max(busyMs, boot.busyMs),
      running,
      engine: engine ?? boot.engine,
      setupMs: boot.setupMs + split.setupMs,
      activeMs: boot.activeMs + activeMs,
      idleMs: boot.idleMs + split.idleMs,
      unknownMs: boot.unknownMs + split.unknownMs,
    },
    split,
  };
}
