import { type Change, days, log, outOfOrder, pipeline } from '../index.ts';

/*
 * A program and its subscriber as a process of its own: node fixture-subscriber.ts STORE COUNT.
 *
 * It counts COUNT more events, each of which is a change, and its subscriber reads them a few at a time: it writes
 * "read POSITION COUNT" for each, and "acknowledged POSITION" when that is durable. With everything acknowledged it
 * stops and writes "closed".
 */
const [store = '', count = ''] = process.argv.slice(2);
const READ_AT_A_TIME = 7;

const program = pipeline('counting', (app) => {
  const events = app.source('events', log<number>(), { time: (at) => at, complete: outOfOrder(0), maxAhead: 'any' });
  events.keyBy(() => 'all').count({ name: 'counts' }).to(app.changelog('changes', { keep: days(1) }));
});
await program.start({ store, commit: { everyEvents: 3 } });
const subscription = await program.changelog<Change<string, number>>('changes').subscribe('reader');
process.stdout.write('open\n');
const appended = (async () => {
  // In many transactions, so that there is much to be killed in between.
  for (let n = 0; n < Number(count); n += 5) await program.append('events', [1, 1, 1, 1, 1]);
  await program.caughtUp('events');
})();
let isOver = false;
void appended.then(() => (isOver = true));
for (;;) {
  const isLast = isOver;
  const changes = await subscription.read({ max: READ_AT_A_TIME });
  for (const { position, change } of changes) process.stdout.write(`read ${position} ${change.after}\n`);
  const last = changes.at(-1);
  if (last !== undefined) {
    await subscription.acknowledge(last.position);
    process.stdout.write(`acknowledged ${last.position}\n`);
  } else if (isLast) break;
  else await Promise.race([subscription.ready(), appended]);
}
await program.stop();
process.stdout.write('closed\n');
