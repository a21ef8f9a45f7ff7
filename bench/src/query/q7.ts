import { outOfOrder, pipeline, seconds, tumbling } from 'millrace';
import type { Answer } from '../answer.ts';
import { type Bid, isBid, type NexmarkEvent } from '../nexmark.ts';
import { generated } from './generated.ts';

/** The bids with the highest price in each window of ten seconds, all of them where several tie. */
export async function q7(source: Iterable<readonly NexmarkEvent[]>, store: string | undefined): Promise<Answer> {
  const answer = { rows: 0, checksum: 0 };
  const program = pipeline('q7', (app) => {
    app.source('events', generated(source), { time: (event) => event.time, complete: outOfOrder(0) })
      .filter(isBid)
      .window(tumbling(seconds(10)))
      .aggregate(highestBids, { name: 'highest' })
      .final()
      .to(app.callback('out', ({ value: winners }) => {
        for (const winner of winners) {
          answer.rows++;
          answer.checksum += winner.price;
        }
      }));
  });
  await program.run(store === undefined ? {} : { store });
  return answer;
}

type Highest = { price: number; winners: Bid[] };

const highestBids = {
  create: (): Highest => ({ price: 0, winners: [] }),
  add: (highest: Highest, bid: Bid): Highest => {
    if (bid.price > highest.price) {
      highest.price = bid.price;
      highest.winners = [bid];
    } else if (bid.price === highest.price) {
      highest.winners.push(bid);
    }
    return highest;
  },
  result: (highest: Highest): readonly Bid[] => highest.winners,
};
