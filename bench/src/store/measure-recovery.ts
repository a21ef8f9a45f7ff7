import { type Program, type Status, count, max, outOfOrder, pipeline, sum } from 'millrace';
import { generated } from '../query/generated.ts';
import { stopwatch } from '../stopwatch.ts';

/*
 * The process that fills a store with keys, or comes back to it: prints one line of JSON.
 */

export type RecoveryOrder = { readonly store: string; readonly keys: number; readonly is: 'filling' | 'coming back' };
/** From the start until the program is running; and what it found there. */
export type RecoveryMeasured = { readonly cpuSeconds: number; readonly seconds: number; readonly keys: number };

type Use = { readonly key: string; readonly time: number; readonly n: number };

const batchEvents = 512;
const roundsOfFilling = 2;

function totals(batches: Iterable<readonly Use[]>): Program {
  return pipeline('totals', (app) => {
    const stream = app.source('uses', generated(batches), { time: ({ time }) => time, complete: outOfOrder(0) });
    stream.keyBy(({ key }) => key).aggregate({ n: count(), all: sum(({ n }) => n), most: max(({ n }) => n) }, { name: 'totals' });
  });
}

/** Every key twice, so that the store has been written over once. */
function* uses(keys: number): Generator<readonly Use[]> {
  for (let n = 0; n < roundsOfFilling * keys; n += batchEvents) {
    yield Array.from({ length: Math.min(batchEvents, roundsOfFilling * keys - n) }, (_, i) => ({ key: `user-${(n + i) % keys}`, time: n, n: i }));
  }
}

async function measure({ store, keys, is }: RecoveryOrder): Promise<RecoveryMeasured> {
  if (is === 'filling') return { cpuSeconds: NaN, seconds: NaN, keys: keysOf(await totals(uses(keys)).run({ store })) };
  const program = totals([]);
  globalThis.gc?.();
  const elapsed = stopwatch();
  await program.start({ store });
  const { seconds, cpuSeconds } = elapsed();
  const found = keysOf(program.status());
  await program.stop();
  return { seconds, cpuSeconds, keys: found };
}

const keysOf = ({ states }: Status): number => states['totals']?.entries ?? 0;

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '') as RecoveryOrder)));
