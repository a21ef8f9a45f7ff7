import { outOfOrder, pipeline } from 'millrace';
import type { Answer } from '../answer.ts';
import { type Bid, isBid, type NexmarkEvent } from '../nexmark.ts';
import { generated } from './generated.ts';

/** Every bid, with its price in another currency. */
export async function q1(source: Iterable<readonly NexmarkEvent[]>, store: string | undefined): Promise<Answer> {
  const answer = { rows: 0, checksum: 0 };
  const program = pipeline('q1', (app) => {
    app.source('events', generated(source), { time: (event) => event.time, complete: outOfOrder(0) })
      .filter(isBid)
      .map((bid): Bid => ({
        kind: bid.kind,
        time: bid.time,
        auction: bid.auction,
        bidder: bid.bidder,
        price: Math.floor(bid.price * 908 / 1_000),
        channel: bid.channel,
        url: bid.url,
      }))
      .to(app.callback('out', (bid) => {
        answer.rows++;
        answer.checksum += bid.price;
      }));
  });
  await program.run(store === undefined ? {} : { store });
  return answer;
}
