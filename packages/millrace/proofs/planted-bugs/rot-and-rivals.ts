import { MillraceError } from '../../src/error.ts';
import { memoryBackend } from '../../src/port/memory-backend.ts';
import { MemoryDisk } from '../../src/port/memory-disk.ts';
import { reasonOf } from '../../src/reason.ts';
import { pipeline } from '../../src/stream/pipeline.ts';
import type { Program, Tables } from '../../src/stream/program.ts';
import { type TestDriver, testDriver } from '../../src/testing/driver.ts';
import { fedByHand, readByHand } from '../../src/testing/fixture-source.ts';
import { Chance } from '../../src/testing/simulate/chance.ts';
import { outOfOrder } from '../../src/time/completeness.ts';
import { tumbling } from '../../src/time/windowing.ts';

/*
 * What simulated worlds have none of: values that rot on the disk, and a process that goes on although another one has
 * taken its store over. For the mistakes that show there only.
 */

const KEYS = 8;
const HOT_KEYS = 2;
const STEPS = 12;
const WINDOW_MS = 10;
/** What a program that finds damage says. */
const NAMED: ReadonlySet<string> = new Set(['CORRUPT_BLOCK', 'UNKNOWN_FORMAT', 'STORE_DAMAGED']);

type Driver = TestDriver<Tables>;

function program(): Program<Tables> {
  return pipeline('counts', (app) => {
    const source = app.source('numbers', fedByHand<number>(1), { time: (n) => n, complete: outOfOrder(0), maxAhead: 'any' });
    const keyed = source.keyBy((n) => n % KEYS);
    const windows = keyed.window(tumbling(WINDOW_MS)).count({ name: 'windows' });
    windows.final().to(app.sink('out', readByHand()));
    return { windows, totals: keyed.sum((n) => n, { name: 'totals' }) };
  }) as unknown as Program<Tables>;
}

const opened = (disk: MemoryDisk): Driver => testDriver(program(), { durable: true, hotKeys: HOT_KEYS, backend: () => memoryBackend(disk) });

/** Some commits of some events each, from a time on; the time after them. */
function used(driver: Driver, chance: Chance, from: number): number {
  let time = from;
  for (let step = 0; step < STEPS; step += 1) {
    const events = Array.from({ length: 1 + chance.below(4) }, () => (time += chance.below(4)));
    driver.source('numbers').send(...events);
    driver.commit();
  }
  return time;
}

type Pair = readonly [key: Uint8Array, value: Uint8Array];

const pairsOf = (disk: MemoryDisk): readonly Pair[] => [...memoryBackend(disk).range(Uint8Array.of(0), Uint8Array.of(255))];

function diskOf(pairs: readonly Pair[]): MemoryDisk {
  const disk = new MemoryDisk();
  memoryBackend(disk).transact((txn) => {
    for (const [key, value] of pairs) txn.put(key, value);
  });
  return disk;
}

/** Another bit in one of the values, or two values of one kind in each other's place. */
function damaged(pairs: readonly Pair[], chance: Chance): readonly Pair[] {
  const [at, other] = [chance.below(pairs.length), chance.below(pairs.length)];
  const [[key, value], [otherKey, otherValue]] = [pairs[at] as Pair, pairs[other] as Pair];
  if (chance.oneIn(2) && key[0] === otherKey[0]) return pairs.map((pair, i) => (i === at ? [key, otherValue] : i === other ? [otherKey, value] : pair));
  const bytes = value.slice();
  const place = chance.below(bytes.length);
  bytes[place] = (bytes[place] as number) ^ (1 << chance.below(8));
  return pairs.with(at, [key, bytes]);
}

/** What a program says that goes on with a disk, with every key once more; or the code of what it refuses it for. */
function said(pairs: readonly Pair[], from: number): string {
  try {
    const driver = opened(diskOf(pairs));
    driver.source('numbers').send(...Array.from({ length: KEYS }, (_, key) => from + WINDOW_MS * KEYS + key));
    driver.commit();
    const tables = ['windows', 'totals'].map((name) => (driver.table(name as never) as { scan(): readonly { readonly key: unknown }[] }).scan());
    return JSON.stringify([tables.map((rows) => rows.map((row) => JSON.stringify(row)).toSorted()), driver.sink('out').rows()]);
  } catch (error) {
    return error instanceof MillraceError && NAMED.has(error.code) ? error.code : `an error without a name: ${reasonOf(error)}`;
  }
}

/** What is wrong with how damage is found; undefined: nothing. */
export function rotten(seed: number): string | undefined {
  const chance = new Chance(seed).branch('rot');
  const disk = new MemoryDisk();
  const end = used(opened(disk), chance, 0);
  const pairs = pairsOf(disk);
  const [whole, after] = [said(pairs, end), said(damaged(pairs, chance), end)];
  return after === whole || NAMED.has(after) ? undefined : `a damaged store says ${after.slice(0, 100)}, and a whole one ${whole.slice(0, 100)}`;
}

/** What is wrong with how a task is refused whose store was taken over. */
export function rivalled(seed: number): string | undefined {
  const chance = new Chance(seed).branch('rivals');
  const disk = new MemoryDisk();
  const zombie = opened(disk);
  const from = used(zombie, chance, 0);
  const owner = opened(disk);
  const end = chance.oneIn(2) ? used(owner, chance, from) : from;
  const before = said(pairsOf(disk), end);
  try {
    zombie.source('numbers').send(end + 1);
    zombie.commit();
    return 'a task whose store was taken over has committed';
  } catch (error) {
    if (!(error instanceof MillraceError && error.code === 'FENCED')) return `a task whose store was taken over says ${reasonOf(error)}`;
  }
  return said(pairsOf(disk), end) === before ? undefined : 'a task whose store was taken over has changed it';
}
