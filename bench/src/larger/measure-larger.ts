import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Batch, type SourceSpec, outOfOrder, pipeline } from 'millrace';
import { random } from '../random.ts';
import { stopwatch } from '../stopwatch.ts';

/*
 * The process that measures state larger than memory: prints one line of JSON.
 *
 * First every key has an event, in an order that looks like none; then come the events that are measured, their
 * keys skewed: K · u⁸. Counts per key; every thousandth key is asked in the end.
 */

export type LargerOrder = {
  readonly keys: number;
  readonly events: number;
  /** Undefined: in memory, without a store. */
  readonly folder: string | undefined;
  /** Undefined: all. */
  readonly hotKeys: number | undefined;
  readonly commitEvents: number;
};

export type LargerMeasured = {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly fillSeconds: number;
  /** The most memory of its own: heap, buffers, pages that a transaction has written. */
  readonly ownMb: number;
  readonly storeMb: number;
  /** Of the counts of every thousandth key. */
  readonly checksum: number;
};

type Counted = { readonly key: number; readonly time: number };

const batchEvents = 512;
const beginningMs = Date.UTC(2026, 0, 5, 12);
const commitEveryMs = 3_600_000;
/** Memory is looked at once in so many batches. */
const looksOneIn = 16;
const askedOneIn = 1_000;
const checksumFactor = 31;
const checksumModulus = 2 ** 32;
const stream = 7;
const exponent = 8;
const uint32 = 2 ** 32;
/** A prime: it walks over all keys, unless their number is a multiple of it. */
const stride = 4_999_999;
const bytesPerMb = 2 ** 20;

const keyOf = (n: number, keys: number): number => Math.floor(keys * ((random(n, stream) + 0.5) / uint32) ** exponent);

/** In MB, without what it has mapped of files: that is the system's cache, which takes it back at will. Where the system does not tell, all. */
function ownMemory(): number {
  let status = '';
  try {
    status = readFileSync('/proc/self/status', 'utf8');
  } catch {
    return process.memoryUsage().rss / bytesPerMb; // not Linux
  }
  return Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1]) / 2 ** 10;
}

/** Gives batches until there are no more, and then nothing, but does not end: its program can be asked. */
function open(batches: Iterator<readonly Counted[]>, drained: () => void): SourceSpec<Counted> {
  const over = Promise.withResolvers<void>();
  let position = 0;
  const read = (): Batch<Counted> | undefined => {
    const { done, value: rows } = batches.next();
    if (done === true) {
      drained();
      return undefined;
    }
    position += rows.length;
    return { rows, arrival: beginningMs, cursor: position };
  };
  return { text: 'generated', partitions: 1, open: async () => [{ read, ready: () => over.promise, close: async () => over.resolve() }] };
}

async function measure({ keys, events, folder, hotKeys, commitEvents }: LargerOrder): Promise<LargerMeasured> {
  const filling = stopwatch();
  let elapsed = stopwatch();
  let fillSeconds = 0;
  let ownMb = 0;
  let looks = 0;
  const look = (): void => {
    if (looks++ % looksOneIn === 0) ownMb = Math.max(ownMb, ownMemory());
  };
  const rows = (from: number, to: number, row: (n: number) => Counted): readonly Counted[] => {
    look();
    return Array.from({ length: Math.min(batchEvents, to - from) }, (_, i) => row(from + i));
  };

  function* batches(): Generator<readonly Counted[]> {
    for (let from = 0; from < keys; from += batchEvents) yield rows(from, keys, (n) => ({ key: (n * stride) % keys, time: beginningMs }));
    fillSeconds = filling().seconds;
    elapsed = stopwatch();
    for (let from = 0; from < events; from += batchEvents) yield rows(from, events, (n) => ({ key: keyOf(n, keys), time: beginningMs + 1 }));
  }

  const drained = Promise.withResolvers<void>();
  const program = pipeline('larger', (app) => {
    const source = app.source('events', open(batches(), drained.resolve), { time: (event) => event.time, complete: outOfOrder(0), maxAhead: 'any' });
    return { counts: source.keyBy((event) => event.key).count({ name: 'counts' }) };
  });
  const store = folder === undefined ? {} : { store: folder, commit: { everyEvents: commitEvents, everyMs: commitEveryMs } };
  await program.start({ ...store, ...(hotKeys !== undefined && { hotKeys }) });
  await Promise.race([drained.promise, program.done]);
  await program.committed();
  const { seconds, cpuSeconds } = elapsed();
  let checksum = 0;
  for (let key = 0; key < keys; key += askedOneIn) {
    const row = await program.tables.counts.get(key);
    checksum = (checksum * checksumFactor + (row?.value ?? 0)) % checksumModulus;
  }
  await program.stop();
  ownMb = Math.max(ownMb, ownMemory());
  return { seconds, cpuSeconds, fillSeconds, ownMb, storeMb: folder === undefined ? 0 : statSync(join(folder, 'data.mdb')).size / bytesPerMb, checksum };
}

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '') as LargerOrder)));
