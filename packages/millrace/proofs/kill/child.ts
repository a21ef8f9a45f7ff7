import { join } from 'node:path';
import { count, jsonLinesFile, log, outOfOrder, pipeline, revise, sum, tumbling } from 'millrace';
import type { Duration } from 'millrace';
import type { Event, FromChild, ToChild } from './messages.ts';

/*
 * The process that is killed: a program on a store on disk. Its parent sends events, is told which are durable, and
 * says when there are no more.
 */

const folder = process.argv[2] as string;

const program = pipeline('killed', (app) => {
  const events = app.source('events', log<Event>(), { time: ({ at }) => at, complete: outOfOrder(20 as Duration), maxAhead: 'any' });
  const single = events.dedupe({ id: ({ id }) => id, for: 1_000_000 as Duration, name: 'single' });
  const sums = single
    .keyBy(({ key }) => key)
    .window(tumbling(50 as Duration))
    .aggregate({ events: count(), total: sum(({ value }) => value) }, { name: 'sums', late: revise({ retain: 100 as Duration }) });
  sums.final().map(({ key, window, value }) => ({ key, start: window?.start, ...value })).to(app.sink('final', jsonLinesFile(join(folder, 'final.jsonl'))));
  single.map(({ id }) => id).to(app.sink('events', jsonLinesFile(join(folder, 'events.jsonl'))));
});

function tell(message: FromChild): void {
  process.send?.(message);
}

process.on('message', (message: ToChild) => {
  if (message === 'end') {
    void program.end('events').then(() => program.done).then(() => process.disconnect());
    return;
  }
  void program.append('events', message).then(() => tell({ durable: message.map(({ id }) => id) }));
});

await program.start({ store: join(folder, 'store'), commit: { everyMs: 5 }, anyTime: true });
tell('ready');
