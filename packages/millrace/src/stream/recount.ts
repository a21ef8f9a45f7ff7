import { compile } from '../plan/compile.ts';
import type { Plan } from '../plan/node.ts';
import type { Clock } from '../port/clock.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import type { Feed } from '../task/feed.ts';
import type { Reconciled } from '../task/runtime.ts';
import type { BadInput, Batch, Reader, SourceContext } from '../task/source.ts';
import { Task } from '../task/task.ts';

/** How many records of each partition count, by source. */
export type Cut = ReadonlyMap<string, readonly number[]>;

const BATCH_ROWS_MAX = 512;
/** How many batches are counted before the rest of the process has its turn. */
const BATCHES_PER_TURN = 4;

/**
 * Counts again, in memory, with nothing late: what the tables under `reconcile` should have come to.
 */
export class Recount {
  readonly #task: Task;

  constructor(plan: Plan, clock: Clock, anyTime: boolean) {
    const compiled = (host: Parameters<typeof compile>[1]): ReturnType<typeof compile> => compile(plan, host);
    this.#task = new Task({ pipeline: plan.name, backend: memoryBackend(), durable: false, clock, anyTime, batch: true, compile: compiled });
  }

  take(source: string, partition: number, batch: Batch<unknown> | BadInput): void {
    this.#task.take(this.#feed(source, partition), batch);
  }

  /** Nothing more counts; the tables, by name. */
  end(): ReadonlyMap<string, Reconciled['table']> {
    for (const { feeds } of this.#task.runtime.sources) for (const feed of feeds) this.#task.end(feed);
    return new Map(this.#task.runtime.reconciled.map(({ name, table }) => [name, table]));
  }

  #feed(source: string, partition: number): Feed {
    return this.#task.runtime.sources.find(({ name }) => name === source)?.feeds[partition] as Feed;
  }
}

/** Reads every source of a plan once more, up to the cut, while the program goes on. */
export async function recount(plan: Plan, cut: Cut, clock: Clock, anyTime: boolean, contextOf: (source: string) => SourceContext): Promise<ReadonlyMap<string, Reconciled['table']>> {
  const counting = new Recount(plan, clock, anyTime);
  for (const node of plan.nodes) {
    const offsets = node.kind === 'source' ? cut.get(node.name) : undefined;
    if (node.kind !== 'source' || offsets === undefined || node.spec.again === undefined) continue;
    const readers = await node.spec.again(contextOf(node.name));
    try {
      for (const [partition, reader] of readers.entries()) {
        await readUpTo(reader, offsets[partition] ?? 0, clock, (batch) => counting.take(node.name, partition, batch));
      }
    } finally {
      for (const reader of readers) await reader.close();
    }
  }
  return counting.end();
}

async function readUpTo(reader: Reader<unknown>, records: number, clock: Clock, take: (batch: Batch<unknown> | BadInput) => void): Promise<void> {
  let batches = 0;
  for (let read = 0; read < records; ) {
    const batch = reader.read(Math.min(BATCH_ROWS_MAX, records - read));
    if (batch === 'ended') return;
    if (batch === undefined) {
      await reader.ready();
      continue;
    }
    take(batch);
    read += 'bad' in batch ? 1 : batch.rows.length;
    batches += 1;
    if (batches % BATCHES_PER_TURN === 0) await clock.yield();
  }
}
