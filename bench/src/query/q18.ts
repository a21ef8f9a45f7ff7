import { outOfOrder, pipeline } from 'millrace';
import type { Answer } from '../answer.ts';
import { type Bid, isBid, type NexmarkEvent } from '../nexmark.ts';
import { generated } from './generated.ts';

/** The last bid of each bidder on each auction, as it changes: every bid takes the place of the one before it. */
export async function q18(source: Iterable<readonly NexmarkEvent[]>, store: string | undefined): Promise<Answer> {
  const answer = { rows: 0, checksum: 0 };
  const program = pipeline('q18', (app) => {
    app.source('events', generated(source), { time: (event) => event.time, complete: outOfOrder(0) })
      .filter(isBid)
      .keyBy({ bidder: (bid) => bid.bidder, auction: (bid) => bid.auction })
      .aggregate({ name: 'last', ...lastBid })
      .changes()
      .to(app.callback('out', ({ after }) => {
        if (after === undefined) return;
        answer.rows++;
        answer.checksum += after.price;
      }));
  });
  await program.run(store === undefined ? {} : { store });
  return answer;
}

const lastBid = {
  create: (): Bid | undefined => undefined,
  add: (_: Bid | undefined, bid: Bid): Bid => bid,
  result: (bid: Bid | undefined): Bid | undefined => bid,
};
