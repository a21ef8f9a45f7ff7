import { log } from '../connector/log.ts';
import { halt } from '../operator/late-policy.ts';
import type { HttpGetServer } from '../port/http-get.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { pipeline } from '../stream/pipeline.ts';
import type { Program } from '../stream/program.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';

interface Event {
  readonly key: string;
  readonly at: number;
}

/** A program that is held, and served. */
export interface HeldProgram {
  readonly program: Program;
  readonly server: HttpGetServer;
  readonly url: string;
  /** Ends both; also where the server is closed already. */
  end(): Promise<void>;
}

export interface HeldOptions {
  readonly scope: 'partition' | 'pipeline';
  /** The times of the events of one key, for windows of 10 ms: at least one is late. */
  readonly times: readonly number[];
  /** Whether the server takes decisions. */
  readonly resolve: boolean;
}

/** Runs in memory, from its first late event on held. */
export async function heldProgram({ scope, times, resolve }: HeldOptions): Promise<HeldProgram> {
  const program = pipeline('held', (app) => {
    const events = app.source('events', log<Event>(), { time: (e) => e.at, complete: outOfOrder(0), maxAhead: 'any' });
    const counts = events.keyBy((e) => e.key).window(tumbling(10)).count({ name: 'counts', late: halt({ scope, keep: 100 }) });
    counts.adjustments.to(app.callback('adjustments', () => {}));
  }) as Program;
  await program.start({ store: memoryBackend() });
  await program.append('events', times.map((at) => ({ key: 'acme', at })));
  while (program.holds().length === 0) await program.committed();
  const server = await program.serve({ port: 0, resolve });
  const end = async (): Promise<void> => {
    await server.close();
    await program.stop();
  };
  return { program, server, url: server.address.url, end };
}
