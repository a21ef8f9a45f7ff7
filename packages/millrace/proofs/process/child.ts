import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { count, jsonLinesFile, log, outOfOrder, pipeline, revise, sum, tumbling, webhook } from 'millrace';
import type { Duration } from 'millrace';
import { type Event, type FromChild, type ToChild, WINDOW_MS } from './messages.ts';

/*
 * The process that is killed: a program on a store on disk. Its parent sends events, is told which are durable, and
 * says when there are no more.
 */

/** How soon it looks again whether there is room, in ms. */
const FULL_MS = 20;

const folder = process.argv[2] as string;
const address = process.env['WEBHOOK'] as string;

const program = pipeline('killed', (app) => {
  const events = app.source('events', log<Event>(), { time: ({ at }) => at, complete: outOfOrder(20 as Duration), maxAhead: 'any' });
  const single = events.dedupe({ id: ({ id }) => id, for: 1_000_000 as Duration, name: 'single' });
  const sums = single
    .keyBy(({ key }) => key)
    .window(tumbling(WINDOW_MS as Duration))
    .aggregate({ events: count(), total: sum(({ value }) => value) }, { name: 'sums', late: revise({ retain: 100 as Duration }) });
  sums.final().map(({ key, window, value }) => ({ key, start: window?.start, ...value })).to(app.sink('final', jsonLinesFile(join(folder, 'final.jsonl'))));
  const ids = single.map(({ id }) => id);
  ids.to(app.sink('events', jsonLinesFile(join(folder, 'events.jsonl'))));
  ids.to(app.sink('told', webhook(address)));
});

function tell(message: FromChild): void {
  process.send?.(message);
}

/** Those that were refused for want of room, until they are taken: what comes meanwhile waits behind them, or they would come ever later. */
let refused: Promise<unknown> = Promise.resolve();

/** Where there is no room, as soon as there is. False: it runs no more. */
async function appended(events: readonly Event[]): Promise<boolean> {
  await refused;
  const outcome = await appendedOnce(events);
  if (outcome !== 'full') return outcome === 'taken';
  const again = refused.then(() => retried(events));
  refused = again;
  return again;
}

async function retried(events: readonly Event[]): Promise<boolean> {
  for (;;) {
    await sleep(FULL_MS);
    const outcome = await appendedOnce(events);
    if (outcome !== 'full') return outcome === 'taken';
  }
}

async function appendedOnce(events: readonly Event[]): Promise<'taken' | 'full' | 'over'> {
  try {
    await program.append('events', events);
    return 'taken';
  } catch (error) {
    const { code } = error as { code?: string };
    // Why it runs no more is said by the run itself.
    if (code === 'NOT_RUNNING') return 'over';
    if (code === 'STORE_FULL') return 'full';
    throw error;
  }
}

process.on('message', (message: ToChild) => {
  if (message === 'end') {
    void program.end('events').then(() => program.done).then(() => process.disconnect());
    return;
  }
  void appended(message).then((isTaken) => isTaken && tell({ durable: message.map(({ id }) => id), clock: Date.now() }));
});

await program.start({ store: join(folder, 'store'), commit: { everyMs: 5 }, anyTime: true });
program.done.catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
tell('ready');
// Once it is killed it is too late.
flushCompileCache();
