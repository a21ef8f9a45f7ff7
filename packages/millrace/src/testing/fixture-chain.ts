import { messagesTo } from '../connector/messages-to.ts';
import { jsonLines } from '../connector/json-lines.ts';
import { connectTo } from '../producer/connect-to.ts';
import { pipeline } from '../stream/pipeline.ts';
import { outOfOrder } from '../time/completeness.ts';

/*
 * A program that passes a file on to the next program, in a process that is to be killed: says each delivery.
 *
 *   node fixture-chain.ts URL FILE STORE
 */

interface Usage {
  readonly at: number;
  readonly n: number;
}

const [url, file, store] = process.argv.slice(2) as [string, string, string];
const transport = connectTo(url);
const told = {
  ...transport,
  async deliver(...what: Parameters<typeof transport.deliver>) {
    const delivery = await transport.deliver(...what);
    console.log('delivered');
    return delivery;
  },
};
const program = pipeline('meter', (app) => {
  const usage = app.source('usage', jsonLines<Usage>(file), { time: (u) => u.at, complete: outOfOrder(50), maxAhead: 'any' });
  usage.numbered({ name: 'numbered', producer: 'meter', every: 100 }).to(app.sink('to billing', messagesTo(told)));
});
await program.run({ store, commit: { everyEvents: 200 } });
console.log('done');
