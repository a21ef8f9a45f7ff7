import type { Answer } from '../answer.ts';
import type { Bid, NexmarkEvent } from '../nexmark.ts';

/** The last bid of each bidder on each auction: every bid takes the place of the one before it. */
export function q18(source: Iterable<readonly NexmarkEvent[]>): Answer {
  let rows = 0;
  let checksum = 0;
  const lastBids = new Map<number, Map<number, Bid>>();
  for (const batch of source) {
    for (const event of batch) {
      if (event.kind !== 'bid') continue;
      const ofBidder = lastBids.get(event.bidder);
      if (ofBidder === undefined) lastBids.set(event.bidder, new Map([[event.auction, event]]));
      else ofBidder.set(event.auction, event);
      rows++;
      checksum += event.price;
    }
  }
  return { rows, checksum };
}
