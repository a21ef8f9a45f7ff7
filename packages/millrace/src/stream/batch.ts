import { errors } from '../error.ts';
import type { Row } from '../operator/row.ts';
import type { Plan } from '../plan/node.ts';
import type { Clock } from '../port/clock.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { Runner } from './runner.ts';
import type { Tables } from './program.ts';
import { type Status, statusOf } from './status.ts';
import type { Table } from './table.ts';

/** The rows of every table that a program returns, once all input has been counted. */
export type BatchTables<T extends Tables> = {
  readonly [Name in keyof T]: T[Name] extends Table<infer K, infer V, infer _> ? readonly Row<K, V>[] : never;
};

export interface BatchResult<T extends Tables> {
  readonly tables: BatchTables<T>;
  readonly status: Status;
}

/** Never reached: what is in memory is not committed. */
const NO_CADENCE = { everyMs: Number.POSITIVE_INFINITY, everyEvents: Number.POSITIVE_INFINITY };

/**
 * Runs a plan over its whole input, in memory, as if nothing were ever late.
 *
 * The frontier stays where it is until a source has ended, so every event is counted in its window,
 * in whatever order it came. That is what a program that runs for ever comes to, once it is final,
 * where nothing was refused; so it is the reference of every test.
 */
export async function runBatch<T extends Tables>(plan: Plan, { clock, anyTime }: { readonly clock: Clock; readonly anyTime: boolean }): Promise<BatchResult<T>> {
  for (const node of plan.nodes) {
    if (node.kind !== 'source' || node.spec.endless !== true) continue;
    throw errors.NOT_BOUNDED({ pipeline: plan.name, source: node.name, found: node.spec.text });
  }
  const runner = await Runner.open({ plan, backend: memoryBackend(), durable: false, clock, cadence: NO_CADENCE, anyTime, batch: true });
  await runner.run();
  const { tables } = runner.task.runtime;
  const rows = [...tables].map(([name, table]) => [name, [...table.scan()]]);
  return { tables: Object.fromEntries(rows) as BatchTables<T>, status: statusOf(runner.task) };
}
