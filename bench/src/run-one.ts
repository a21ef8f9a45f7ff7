import { batches } from './batches.ts';
import { drain } from './drain.ts';
import { measure, type Measured } from './measure.ts';
import { meteringEvent } from './metering.ts';
import { nexmarkEvent } from './nexmark.ts';
import type { Run } from './run.ts';
import { measureSide } from './sides.ts';
import type { StreamName } from './workload.ts';

/*
 * The process of one run: reads a Run from its first argument, prints one line of JSON.
 */

function measured(run: Run): Promise<Measured> {
  return run.side === 'generator' ? measureGenerator(run.stream, run.events) : measureSide(run.query, run.side, run);
}

function measureGenerator(stream: StreamName, events: number): Promise<Measured> {
  return stream === 'nexmark'
    ? measure(batches(events, nexmarkEvent), (source) => drain(source, (event) => (event.kind === 'bid' ? event.price : event.id)))
    : measure(batches(events, meteringEvent), (source) => drain(source, (event) => event.tokensIn + event.tokensOut));
}

console.log(JSON.stringify(await measured(JSON.parse(process.argv[2] ?? '') as Run)));
