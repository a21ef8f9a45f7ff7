import type { Answer } from '../answer.ts';
import type { Auction, NexmarkEvent, Person } from '../nexmark.ts';

const windowMs = 10_000;

/** Who registered and opened an auction in the same ten seconds, once for each such auction. */
export function q8(source: Iterable<readonly NexmarkEvent[]>): Answer {
  let rows = 0;
  let checksum = 0;
  let windowEnd = 0;
  let persons = new Map<number, Person>();
  let auctions: Auction[] = [];

  const close = (): void => {
    for (const auction of auctions) {
      const person = persons.get(auction.seller);
      if (person === undefined) continue;
      rows++;
      checksum += person.id;
    }
    persons = new Map();
    auctions = [];
  };

  for (const batch of source) {
    for (const event of batch) {
      if (event.kind === 'bid') continue;
      // The stream is in order, so the first of a later window closes this one.
      if (event.time >= windowEnd) {
        close();
        windowEnd = (Math.floor(event.time / windowMs) + 1) * windowMs;
      }
      if (event.kind === 'person') persons.set(event.id, event);
      else auctions.push(event);
    }
  }
  close();
  return { rows, checksum };
}
