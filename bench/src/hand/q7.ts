import type { Answer } from '../answer.ts';
import type { Bid, NexmarkEvent } from '../nexmark.ts';

const windowMs = 10_000;

/** The bids with the highest price in each window of ten seconds, all of them where several tie. */
export function q7(source: Iterable<readonly NexmarkEvent[]>): Answer {
  let rows = 0;
  let checksum = 0;
  let windowEnd = 0;
  let winners: Bid[] = [];
  let highest = 0;

  const close = (): void => {
    for (const winner of winners) {
      rows++;
      checksum += winner.price;
    }
    winners = [];
    highest = 0;
  };

  for (const batch of source) {
    for (const event of batch) {
      // The stream is in order, so the first event of a later window closes this one.
      if (event.time >= windowEnd) {
        close();
        windowEnd = (Math.floor(event.time / windowMs) + 1) * windowMs;
      }
      if (event.kind !== 'bid' || event.price < highest) continue;
      if (event.price > highest) {
        highest = event.price;
        winners = [];
      }
      winners.push(event);
    }
  }
  close();
  return { rows, checksum };
}
