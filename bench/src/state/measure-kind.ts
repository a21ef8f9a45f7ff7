import { type Aggregates, count, max, outOfOrder, pipeline, sum, type tumbling } from 'millrace';
import { generated } from '../query/generated.ts';
import { type KindName, type Keyed, disorderMs, windowings } from './windowings.ts';

/*
 * The process that measures one kind of window: prints one line of JSON.
 *
 * Every key has one event, then every key has another; the memory in use is looked at, after a collection of
 * garbage, before the first event, and whenever the engine asks for more and so is done with a round.
 */

export type KindOrder = { readonly kind: KindName; readonly aggregation: 'count' | 'three'; readonly keys: number };

/** Bytes in use: before anything, after one event of every key, after two. */
export type KindMeasured = { readonly bytes: readonly [number, number, number]; readonly windows: number };

const batchEvents = 500;
const rounds = 2;
const beginningMs = Date.UTC(2026, 0, 5, 12);

function used(): number {
  // Twice: what a finalizer lets go of is collected the second time.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function measure({ kind, aggregation, keys }: KindOrder): Promise<KindMeasured> {
  const names = Array.from({ length: keys }, (_, n) => `key-${n}`);
  for (const name of names) Reflect.has(globalThis, name); // a text that was looked up is flat and has its hash
  const seen: number[] = [];

  function* batches(): Generator<readonly Keyed[]> {
    for (let round = 0; round < rounds; round++) {
      seen.push(used());
      for (let from = 0; from < keys; from += batchEvents) {
        yield names.slice(from, from + batchEvents).map((key) => ({ key, time: beginningMs + round, n: round }));
      }
    }
    seen.push(used());
  }

  const { of, windows } = windowings[kind];
  const program = pipeline('state', (app) => {
    const keyed = app.source('events', generated(batches()), { time: (event) => event.time, complete: outOfOrder(disorderMs), maxAhead: 'any' }).keyBy((event) => event.key);
    const windowed = keyed.window(of as ReturnType<typeof tumbling>) as Aggregates<Keyed, string>;
    if (aggregation === 'count') windowed.count().final().to(app.callback('out', () => {}));
    else windowed.aggregate({ n: count(), all: sum((event) => event.n), most: max((event) => event.n) }).final().to(app.callback('out', () => {}));
  });
  await program.run();
  const [before = NaN, one = NaN, two = NaN] = seen;
  return { bytes: [before, one, two], windows };
}

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '') as KindOrder)));
