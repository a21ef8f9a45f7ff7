import { parseArgs } from 'node:util';
import { understood, wholeNumber } from '../arguments.ts';
import { childLine } from '../child-line.ts';
import type { Launch } from '../start-node.ts';
import type { RevisionMeasured, RevisionOrder } from './measure-revision.ts';

/*
 * npm run bench -- revision: what one correction costs on its way through three operators, in microseconds of CPU.
 */

const keys = 1_000;
const eventsMax = 1_000_000;
const eventsUsual = 200_000;
const repeatMax = 20;
const repeatUsual = 3;
const microseconds = 1e6;

export async function revision(argv: readonly string[], launch: Launch): Promise<void> {
  const options = { events: { type: 'string', default: `${eventsUsual}` }, repeat: { type: 'string', default: `${repeatUsual}` }, json: { type: 'boolean', default: false } } as const;
  const { values } = understood(() => parseArgs({ args: [...argv], options }));
  const late = wholeNumber('--events', values.events, eventsMax);
  const runs: RevisionMeasured[] = [];
  for (let left = wholeNumber('--repeat', values.repeat, repeatMax); left > 0; left--) {
    const order: RevisionOrder = { keys, late };
    runs.push(JSON.parse(await childLine(new URL('measure-revision.ts', import.meta.url), order, { ...launch, flags: ['--expose-gc'] })) as RevisionMeasured);
  }
  for (const { changes } of runs) if (changes !== late) throw new Error(`expected a change for each of ${late} late events, came ${changes}`);
  const best = runs.reduce((least, one) => (one.cpuSeconds < least.cpuSeconds ? one : least));
  const perRevision = best.cpuSeconds / late * microseconds;
  const perEvent = best.inTimeCpuSeconds / late * microseconds;
  if (values.json) return console.log(JSON.stringify({ events: late, keys, microsecondsPerRevision: perRevision, microsecondsPerEventInTime: perEvent }));
  console.log(`one late event, corrected through three operators: ${perRevision.toFixed(2)} µs of CPU, the event itself included; one in time: ${perEvent.toFixed(2)} µs`);
}
