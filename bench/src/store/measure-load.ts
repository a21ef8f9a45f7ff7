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
  /** How long the source was not asked for its next batch, for each commit that fell into that time, in ms. */
  readonly pausesMs: readonly number[];
};

async function measure({ store, events, everyMs }: LoadOrder): Promise<LoadMeasured> {
  const answer = { rows: 0, checksum: 0 };
  const pausesMs: number[] = [];
  let elapsed = stopwatch();

  function* watched(): Generator<ReturnType<typeof meteringEvent>[]> {
    globalThis.gc?.();
    elapsed = stopwatch();
    for (const batch of batches(events, meteringEvent)) {
      const { commit } = program.status();
      const given = performance.now();
      yield [...batch];
      if (program.status().commit !== commit) pausesMs.push(performance.now() - given);
    }
  }

  const program = usageProgram('load', (app) => app.source('requests', generated(watched()), { time: ({ time }) => time, complete: outOfOrder(disorderMs) }), answer);
  await program.run({ store, commit: { everyMs } });
  return { ...elapsed(), rows: answer.rows, pausesMs };
}

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '') as LoadOrder)));
