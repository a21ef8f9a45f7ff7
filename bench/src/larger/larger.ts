import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { understood, wholeNumber } from '../arguments.ts';
import { childLine } from '../child-line.ts';
import type { Launch } from '../start-node.ts';
import { withTemporaryFolder } from '../temporary-folder.ts';
import type { LargerMeasured, LargerOrder } from './measure-larger.ts';

/*
 * npm run bench -- larger: a count by key with memory for a part of its keys, beside the same with memory for all,
 * with a store and without one.
 */

const keysMax = 16_000_000;
const keysUsual = 10_000_000;
const eventsMax = 100_000_000;
/** What the measured side may use: heap, buffers, and pages that a transaction has written. */
const limitMb = 512;
/** Of these V8 gets so many: the rest is for arrays of numbers, the filter and the transaction. */
const heapMb = 280;
const heapMbOfAll = 8_192;
const hotShare = 0.13;
const commitEvents = 50_000;
const percent = 100;

type Side = { readonly name: string; readonly measured: LargerMeasured };

export async function larger(argv: readonly string[], launch: Launch): Promise<void> {
  const text = { type: 'string' } as const;
  const options = { keys: { ...text, default: `${keysUsual}` }, events: text, hot: text, dir: { ...text, default: tmpdir() }, json: { type: 'boolean', default: false } } as const;
  const { values } = understood(() => parseArgs({ args: [...argv], options }));
  const keys = wholeNumber('--keys', values.keys, keysMax);
  const events = wholeNumber('--events', values.events ?? `${keys}`, eventsMax);
  const hotKeys = wholeNumber('--hot', values.hot ?? `${Math.ceil(keys * hotShare)}`, keysMax);
  const order = { keys, events, commitEvents };
  const sides = await withTemporaryFolder(values.dir, async (folder): Promise<readonly Side[]> => [
    { name: 'in memory', measured: await measured({ ...order, folder: undefined, hotKeys: undefined }, heapMbOfAll, launch) },
    { name: 'with a store', measured: await measured({ ...order, folder: join(folder, 'all'), hotKeys: undefined }, heapMbOfAll, launch) },
    { name: `hotKeys ${hotKeys}`, measured: await measured({ ...order, folder: join(folder, 'hot'), hotKeys }, heapMb, launch) },
  ]);
  const [memory, store, hot] = sides.map(({ measured: { cpuSeconds } }) => cpuSeconds) as [number, number, number];
  const { ownMb } = (sides[2] as Side).measured;
  const facts = { keys, events, hotKeys, limitMb, isWithinLimit: ownMb <= limitMb, ofStore: store / hot, ofMemory: memory / hot };
  if (values.json) console.log(JSON.stringify({ ...facts, sides: Object.fromEntries(sides.map(({ name, measured: one }) => [name, one])) }));
  else console.log([...table(sides, events), '', `of the speed with a store ${inPercent(facts.ofStore)}, of that in memory alone ${inPercent(facts.ofMemory)}; ${Math.round(ownMb)} MB of ${limitMb}`].join('\n'));
  const checksums = new Set(sides.map(({ measured: { checksum } }) => checksum));
  if (checksums.size > 1) throw new Error(`the sides counted ${[...checksums].join(' and ')}`);
}

async function measured(order: LargerOrder, heap: number, launch: Launch): Promise<LargerMeasured> {
  const flags = [`--max-old-space-size=${heap}`];
  return JSON.parse(await childLine(new URL('measure-larger.ts', import.meta.url), order, { ...launch, flags })) as LargerMeasured;
}

function table(sides: readonly Side[], events: number): readonly string[] {
  const rows = sides.map(({ name, measured: { seconds, cpuSeconds, ownMb, storeMb } }) => `| ${name} | ${Math.round(events / cpuSeconds)} | ${cpuSeconds.toFixed(1)} | ${seconds.toFixed(1)} | ${Math.round(ownMb)} | ${Math.round(storeMb)} |`);
  return ['| side | events per CPU s | CPU s | wall s | most memory of its own, MB | store, MB |', '|---|---:|---:|---:|---:|---:|', ...rows];
}

const inPercent = (ratio: number): string => `${(ratio * percent).toFixed(0)} %`;
