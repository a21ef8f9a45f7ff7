import type { Program } from 'millrace';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { ReplicaState } from '../fleet/slot.ts';
import type { EmilyTables } from './program.ts';

/** Shows the replicas of now, and what GPU time came to since the beginning, as of the moment at which that is asked. */
export function fleetMetrics(program: Program<EmilyTables>, replicas: () => readonly ReplicaState[], waiting: () => ReadonlyMap<string, number>, registry: Registry): void {
  const registers = [registry];
  const count: Gauge<'model' | 'state'> = new Gauge({
    name: 'emily_replicas',
    help: 'Replicas by model and state.',
    labelNames: ['model', 'state'],
    registers,
    collect: () => {
      count.reset();
      for (const { model, state } of replicas()) count.inc({ model, state });
    },
  });
  const calls: Gauge<'replica'> = new Gauge({
    name: 'emily_replica_calls',
    help: 'Calls that are under way, by replica.',
    labelNames: ['replica'],
    registers,
    collect: () => {
      calls.reset();
      for (const { id, outstanding } of replicas()) calls.set({ replica: id }, outstanding);
    },
  });
  const lines: Gauge<'model'> = new Gauge({
    name: 'emily_waiting_calls',
    help: 'Calls that wait for their turn, by model; a model for which none does is not there.',
    labelNames: ['model'],
    registers,
    collect: () => {
      lines.reset();
      for (const [model, size] of waiting()) lines.set({ model }, size);
    },
  });
  const time: Counter<'model' | 'state'> = new Counter({
    name: 'emily_gpu_seconds_total',
    help: 'GPU time between beats since the beginning: set-up, active, idle and unknown.',
    labelNames: ['model', 'state'],
    registers,
    collect: async () => {
      const boots = await program.tables.boots.scan();
      time.reset();
      for (const { value: { model, setupMs, activeMs, idleMs, unknownMs } } of boots) {
        for (const [state, ms] of [['setup', setupMs], ['active', activeMs], ['idle', idleMs], ['unknown', unknownMs]] as const) time.inc({ model, state }, ms / 1_000);
      }
    },
  });
}
