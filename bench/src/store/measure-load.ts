import { tracingChannel } from 'node:diagnostics_channel';
import { outOfOrder } from 'millrace';
import { batches } from '../batches.ts';
import { disorderMs, meteringEvent } from '../metering.ts';
import { generated } from '../query/generated.ts';
import { usageProgram } from '../query/usage.ts';
import { type Elapsed, stopwatch } from '../stopwatch.ts';

/*
 * The process that writes to a store as fast as it can: prints one line of JSON.
 */

export type LoadOrder = { readonly store: string; readonly events: number; readonly everyMs: number };
export type LoadMeasured = Elapsed & {
  readonly rows: number;
  /** How long each commit took, in ms: so long nothing else was done. */
  readonly pausesMs: readonly number[];
};

async function measure({ store, events, everyMs }: LoadOrder): Promise<LoadMeasured> {
  const answer = { rows: 0, checksum: 0 };
  const pausesMs: number[] = [];
  let elapsed = stopwatch();

  function* watched(): Generator<ReturnType<typeof meteringEvent>[]> {
    globalThis.gc?.();
    elapsed = stopwatch();
    for (const batch of batches(events, meteringEvent)) yield [...batch];
  }

  let began = NaN;
  const { start, end } = tracingChannel('millrace.commit');
  start.subscribe(() => {
    began = performance.now();
  });
  end.subscribe(() => pausesMs.push(performance.now() - began));
  const program = usageProgram('load', (app) => app.source('requests', generated(watched()), { time: ({ time }) => time, complete: outOfOrder(disorderMs) }), answer);
  await program.run({ store, commit: { everyMs } });
  return { ...elapsed(), rows: answer.rows, pausesMs };
}

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '') as LoadOrder)));
