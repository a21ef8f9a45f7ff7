import type { Answer } from '../answer.ts';
import type { Bid, NexmarkEvent } from '../nexmark.ts';

/** Every bid, with its price in another currency. */
export function q1(source: Iterable<readonly NexmarkEvent[]>): Answer {
  let rows = 0;
  let checksum = 0;
  for (const batch of source) {
    for (const event of batch) {
      if (event.kind !== 'bid') continue;
      const converted: Bid = {
        kind: event.kind,
        time: event.time,
        auction: event.auction,
        bidder: event.bidder,
        price: Math.floor(event.price * 908 / 1_000),
        channel: event.channel,
        url: event.url,
      };
      rows++;
      checksum += converted.price;
    }
  }
  return { rows, checksum };
}
