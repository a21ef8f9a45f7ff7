import type { Answer } from '../answer.ts';
import type { NexmarkEvent } from '../nexmark.ts';
import { Heap } from './heap.ts';

type OpenAuction = { readonly id: number; readonly category: number; readonly expires: number; highest: number };
type Average = { sum: number; count: number };

const closesBefore = (one: OpenAuction, other: OpenAuction): boolean =>
  one.expires < other.expires || (one.expires === other.expires && one.id < other.id);

/** For each auction that closes with a bid, the average of the winning prices of its category so far. */
export function q4(source: Iterable<readonly NexmarkEvent[]>): Answer {
  let rows = 0;
  let checksum = 0;
  const open = new Map<number, OpenAuction>();
  const closings = new Heap(closesBefore);
  const averages = new Map<number, Average>();

  // A bid at exactly `expires` still counts, so an auction closes when time has passed it. Returns when the next expires.
  const closeBefore = (time: number): number => {
    let auction = closings.first();
    for (; auction !== undefined && auction.expires < time; auction = closings.first()) {
      closings.pop();
      open.delete(auction.id);
      if (auction.highest > 0) emit(auction);
    }
    return auction?.expires ?? Infinity;
  };

  const emit = ({ category, highest }: OpenAuction): void => {
    let average = averages.get(category);
    if (average === undefined) {
      average = { sum: 0, count: 0 };
      averages.set(category, average);
    }
    average.sum += highest;
    average.count++;
    rows++;
    checksum += Math.floor(average.sum / average.count);
  };

  let firstExpires = Infinity;
  for (const batch of source) {
    for (const event of batch) {
      if (firstExpires < event.time) firstExpires = closeBefore(event.time);
      if (event.kind === 'bid') {
        // The stream is in order, and an auction comes before its bids.
        const auction = open.get(event.auction);
        if (auction !== undefined && event.price > auction.highest) auction.highest = event.price;
      } else if (event.kind === 'auction') {
        const auction = { id: event.id, category: event.category, expires: event.expires, highest: 0 };
        open.set(event.id, auction);
        closings.push(auction);
        if (event.expires < firstExpires) firstExpires = event.expires;
      }
    }
  }
  closeBefore(Infinity);
  return { rows, checksum };
}
