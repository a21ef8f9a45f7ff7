import { expect, test } from 'vitest';
import { type Bid, nexmarkEvent, type NexmarkEvent } from '../nexmark.ts';
import { q7 } from './q7.ts';

/** All bids of each window are kept, and looked at afterwards. */
function naive(events: readonly NexmarkEvent[]): { rows: number; checksum: number } {
  const bids = events.filter((event) => event.kind === 'bid');
  const windows = Map.groupBy(bids, (bid) => Math.floor(bid.time / 10_000));
  const winners = [...windows.values()].flatMap((inWindow) => {
    const highest = Math.max(...inWindow.map((bid) => bid.price));
    return inWindow.filter((bid) => bid.price === highest);
  });
  return { rows: winners.length, checksum: winners.reduce((sum, bid) => sum + bid.price, 0) };
}

const bid = (time: number, price: number): Bid =>
  ({ kind: 'bid', time, auction: 0, bidder: 0, price, channel: 'Apple', url: 'https://www.nexmark.com/item/0' });

test('q7 finds the highest bid of each window, the last and partial one included', () => {
  // Every 40th event, so that 20,000 of them span nine windows.
  const sampled = Array.from({ length: 20_000 }, (_, n) => nexmarkEvent(n * 40 + 7));
  const answer = q7([sampled]);
  expect(answer).toEqual(naive(sampled));
  expect(answer.rows).toBeGreaterThanOrEqual(8);
});

test('bids that tie for the highest price all win', () => {
  expect(q7([[bid(0, 5), bid(1, 7), bid(2, 7), bid(3, 6)]])).toEqual({ rows: 2, checksum: 14 });
});

test('a bid at the end of a window belongs to the next one', () => {
  expect(q7([[bid(9_999, 5)], [bid(10_000, 3)]])).toEqual({ rows: 2, checksum: 8 });
});

test('a window without a bid has no winner', () => {
  expect(q7([[nexmarkEvent(0), bid(1_700_000_030_000, 3)]])).toEqual({ rows: 1, checksum: 3 });
});
