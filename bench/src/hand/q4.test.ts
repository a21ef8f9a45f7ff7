import { expect, test } from 'vitest';
import { batches } from '../batches.ts';
import { expectedAnswers } from '../expected-answers.ts';
import { type Auction, type Bid, isBid, nexmarkEvent, type NexmarkEvent } from '../nexmark.ts';
import { q4 } from './q4.ts';

/** All bids of each auction are looked at afterwards, and the auctions taken in the order in which they closed. */
function naive(events: readonly NexmarkEvent[]): { rows: number; checksum: number } {
  const bids = Map.groupBy(events.filter(isBid), (bid) => bid.auction);
  const closed = events.filter((event) => event.kind === 'auction').toSorted((a, b) => a.expires - b.expires || a.id - b.id);
  const prices = new Map<number, number[]>();
  const averages = closed.flatMap(({ id, category, time, expires }) => {
    const valid = (bids.get(id) ?? []).filter((bid) => bid.time >= time && bid.time <= expires);
    if (valid.length === 0) return [];
    prices.set(category, [...prices.get(category) ?? [], Math.max(...valid.map((bid) => bid.price))]);
    const ofCategory = prices.get(category)!;
    return [Math.floor(ofCategory.reduce((sum, price) => sum + price) / ofCategory.length)];
  });
  return { rows: averages.length, checksum: averages.reduce((sum, average) => sum + average, 0) };
}

const auction = (id: number, time: number, expires: number, category = 10): Auction =>
  ({ kind: 'auction', time, id, itemName: '', seller: 0, category, initialBid: 1, reserve: 1, expires });
const bid = (time: number, on: number, price: number): Bid =>
  ({ kind: 'bid', time, auction: on, bidder: 0, price, channel: 'Apple', url: '' });

test('q4 of the first million events answers as specified', () => {
  expect(q4(batches(1_000_000, nexmarkEvent))).toEqual(expectedAnswers.q4.get(1_000_000));
});

test('q4 averages the winning prices by category, in the order in which the auctions close', () => {
  const events = Array.from({ length: 20_000 }, (_, n) => nexmarkEvent(n));
  const answer = q4([events.slice(0, 7_000), events.slice(7_000)]);
  expect(answer).toEqual(naive(events));
  expect(answer.rows).toBeGreaterThan(1_000);
});

test('a bid at exactly the end still counts, one after it does not', () => {
  expect(q4([[auction(0, 0, 5), bid(5, 0, 10), bid(6, 0, 99)]])).toEqual({ rows: 1, checksum: 10 });
});

test('an auction without a bid in time does not close with a price', () => {
  expect(q4([[auction(0, 0, 5), auction(1, 0, 9), bid(6, 0, 99), bid(7, 1, 4)]])).toEqual({ rows: 1, checksum: 4 });
});

test('the average is that of the category so far, rounded down', () => {
  const auctions = [auction(0, 0, 3), auction(1, 0, 2), auction(2, 0, 3, 11)];
  expect(q4([[...auctions, bid(1, 0, 10), bid(1, 1, 15), bid(1, 2, 7)]])).toEqual({ rows: 3, checksum: 15 + 12 + 7 });
});
