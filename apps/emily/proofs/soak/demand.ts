import { writeFileSync } from 'node:fs';
import { demandAt } from '../../src/demo/day-curve.ts';
import type { EpochMs } from '../../src/domain/names.ts';
import { seededRandom } from '../../src/demo/random.ts';

/** The demand is that of a day in spring, beginning at noon UTC. */
const BEGINNING = Date.UTC(2026, 2, 2, 12);
const INPUT_MAX = 4_000;
const OUTPUT_MAX = 400;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

export type Demand = { readonly minutes: number; readonly perSecond: number; readonly seed: number };

/** Writes a trace of so many minutes, in the form of the Azure traces: as many requests as the curve of a day has on average, at random moments. */
export function writeDemand(file: string, { minutes, perSecond, seed }: Demand): void {
  const random = seededRandom(seed, 'soak');
  const lines = ['TIMESTAMP,ContextTokens,GeneratedTokens'];
  const end = BEGINNING + minutes * MINUTE_MS;
  for (let at = BEGINNING; ; ) {
    // Moments of which none depends on another have such distances.
    at += (-Math.log(1 - random()) * SECOND_MS) / demandAt(at as EpochMs, perSecond, seed);
    if (at >= end) break;
    const [day, time] = new Date(at).toISOString().slice(0, -1).split('T') as [string, string];
    lines.push(`${day} ${time}0000,${1 + Math.floor(random() * INPUT_MAX)},${1 + Math.floor(random() * OUTPUT_MAX)}`);
  }
  writeFileSync(file, `${lines.join('\n')}\n`);
}
