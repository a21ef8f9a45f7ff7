import { count, httpIngest, minutes, outOfOrder, pipeline, seconds, sum, tumbling } from 'millrace';
import type { MeteringEvent } from '../metering.ts';
import { stopwatch } from '../stopwatch.ts';
import type { ServerUsage } from './server-process.ts';

/*
 * The server under test: a meter behind HTTP, on the disk store its first argument names.
 *
 * Over the channel to its parent it says { port } once it listens, and a ServerUsage each time it
 * is asked; when the channel closes, it ends.
 */

const elapsed = stopwatch();
let events = 0;

const ingest = httpIngest<MeteringEvent>({ port: 0 });
const program = pipeline('ingest', (app) => {
  app.source('requests', ingest, { time: (event) => event.time, complete: outOfOrder(seconds(60)), maxAhead: 'any' })
    .map((event) => {
      events++;
      return event;
    })
    .keyBy({ tenant: (event) => event.tenant, model: (event) => event.model })
    .window(tumbling(minutes(1)))
    .aggregate({ requests: count(), tokensIn: sum((e) => e.tokensIn), tokensOut: sum((e) => e.tokensOut) }, { name: 'usage' })
    .to(app.callback('out', () => {}));
});

await program.start({ store: process.argv[2]! });
process.send!({ port: ingest.address().port });
process.on('message', async () => {
  // An acknowledged event is durable in the source's log; the pipeline counts it a moment later.
  const appended = await program.append('requests', []);
  while (events < appended) await program.committed();
  const usage: ServerUsage = {
    cpuSeconds: elapsed().cpuSeconds,
    rssMb: Math.round(process.resourceUsage().maxRSS / 1_024),
    events,
  };
  process.send!(usage);
});
process.once('disconnect', () => process.exit());
