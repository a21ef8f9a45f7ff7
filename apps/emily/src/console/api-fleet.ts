/* What the page of the fleet asks, and what comes back: docs/fleet.md says what each part means. */
import type { AsOf, EpochMs, Evidence, Finality } from './api.ts';

/** GPU milliseconds of one boot of a replica; they sum to its clock times its GPUs. */
export type GpuMs = { readonly setup: number; readonly active: number; readonly idle: number; readonly unknown: number };

/** What the beats of a boot came to; nothing of it is known before it has registered. */
export type BootTime =
  | { readonly registeredAt: null }
  | { readonly registeredAt: EpochMs; readonly owner: string; readonly gpus: number; readonly lastBeatAt: EpochMs; readonly clockMs: number; readonly gpuMs: GpuMs };

export type FleetReplica = { readonly replica: string; readonly model: string; readonly state: string; readonly outstanding: number } & BootTime;
export type LeftReplica = { readonly replica: string; readonly model: string; readonly reason: string | null } & BootTime;

/** Those of now, and of those that have left the newest. */
export type Fleet = { readonly data: readonly FleetReplica[]; /** How many calls wait for their turn. */ readonly waiting: readonly { readonly model: string; readonly calls: number }[]; readonly left: readonly LeftReplica[]; readonly asOf: AsOf };

export type GpuState = 'setup' | 'active' | 'idle' | 'unknown';

export type GpuTimeRow = {
  readonly window: { readonly start: EpochMs; readonly end: EpochMs };
  /** Whose it is; '' is nobody's. */
  readonly tenant: string;
  readonly model: string;
  readonly state: GpuState;
  readonly gpuMs: number;
  readonly finality: Finality;
  readonly evidence: readonly Evidence[];
};

export type GpuTime = { readonly data: readonly GpuTimeRow[]; readonly asOf: AsOf };

export const fleetPaths = {
  fleet: '/v1/fleet',
  /** Of the month that holds an instant. */
  month: (at: EpochMs): string => `/v1/gpu-time?window=month&from=${at}&to=${at + 1}`,
} as const;
