import { parseArgs } from 'node:util';
import { understood, wholeNumber } from '../arguments.ts';
import { childLine } from '../child-line.ts';
import type { Launch } from '../start-node.ts';
import type { KindMeasured, KindOrder } from './measure-kind.ts';
import { type KindName, kindNames } from './windowings.ts';

/*
 * npm run bench -- state: what an open window of a key holds, in bytes, for each kind of window.
 */

const keysMax = 5_000_000;
const keysUsual = 100_000;

type Line = { readonly kind: KindName; /** With `count()`. */ readonly count: number; /** With a count, a sum and a maximum. */ readonly three: number; /** What a second event adds to the first of these. */ readonly further: number };

export async function state(argv: readonly string[], launch: Launch): Promise<void> {
  const options = { keys: { type: 'string', default: `${keysUsual}` }, json: { type: 'boolean', default: false } } as const;
  const { values } = understood(() => parseArgs({ args: [...argv], options }));
  const keys = wholeNumber('--keys', values.keys, keysMax);
  const lines: Line[] = [];
  for (const kind of kindNames) {
    const count = perWindow(await measured({ kind, aggregation: 'count', keys }, launch), keys);
    const three = perWindow(await measured({ kind, aggregation: 'three', keys }, launch), keys);
    lines.push({ kind, count: count.first, three: three.first, further: count.further });
  }
  console.log(values.json ? JSON.stringify({ keys, kinds: lines }) : table(lines));
}

function perWindow({ bytes: [before, one, two], windows }: KindMeasured, keys: number): { readonly first: number; readonly further: number } {
  return { first: Math.round((one - before) / keys / windows), further: Math.round((two - one) / keys / windows) };
}

async function measured(order: KindOrder, launch: Launch): Promise<KindMeasured> {
  return JSON.parse(await childLine(new URL('measure-kind.ts', import.meta.url), order, { ...launch, flags: ['--expose-gc'] })) as KindMeasured;
}

function table(lines: readonly Line[]): string {
  const rows = lines.map(({ kind, count, three, further }) => `| ${kind} | ${count} | ${three} | ${further} |`);
  return ['| window | count | count, sum, max | a second event |', '|---|---:|---:|---:|', ...rows].join('\n');
}
