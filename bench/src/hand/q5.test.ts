import { expect, test } from 'vitest';
import { batches } from '../batches.ts';
import { expectedAnswers } from '../expected-answers.ts';
import { type Bid, isBid, nexmarkEvent, type NexmarkEvent } from '../nexmark.ts';
import { q5 } from './q5.ts';

/** Each bid is put into all five of its windows, and each window counted by itself. */
function naive(events: readonly NexmarkEvent[]): { rows: number; checksum: number } {
  const placed = events.filter(isBid).flatMap(({ time, auction }) =>
    [0, 1, 2, 3, 4].map((back) => ({ window: Math.floor(time / 2_000) - back, auction })));
  const winners = [...Map.groupBy(placed, ({ window }) => window).values()].flatMap((inWindow) => {
    const counts = [...Map.groupBy(inWindow, ({ auction }) => auction)].map(([auction, bids]) => ({ auction, count: bids.length }));
    const most = Math.max(...counts.map(({ count }) => count));
    return counts.filter(({ count }) => count === most);
  });
  return { rows: winners.length, checksum: winners.reduce((sum, { auction, count }) => sum + auction + count, 0) };
}

const bid = (time: number, auction: number): Bid =>
  ({ kind: 'bid', time, auction, bidder: 0, price: 1, channel: 'Apple', url: '' });

test('q5 of the first million events answers as specified', () => {
  expect(q5(batches(1_000_000, nexmarkEvent))).toEqual(expectedAnswers.q5.get(1_000_000));
});

test('q5 counts each window by itself, the partial ones at both ends included', () => {
  // Every 40th event, so that 20,000 of them span 80 seconds.
  const sampled = Array.from({ length: 20_000 }, (_, n) => nexmarkEvent(n * 40 + 7));
  const answer = q5([sampled]);
  expect(answer).toEqual(naive(sampled));
  expect(answer.rows).toBeGreaterThanOrEqual(44);
});

test('auctions that tie for the most bids all come out', () => {
  const tied = [bid(0, 3), bid(1, 4), bid(2, 5), bid(3, 4), bid(4, 3)];
  expect(q5([tied])).toEqual({ rows: 10, checksum: 5 * (3 + 2 + 4 + 2) });
});

test('a bid leaves with its oldest pane, and one at the end of a pane belongs to the next', () => {
  for (const events of [[bid(1_999, 1), bid(10_000, 1)], [bid(1_999, 1), bid(2_000, 1)]]) {
    expect(q5([events])).toEqual(naive(events));
  }
});

test('after a long silence the windows are those of the next bid', () => {
  const events = [bid(1_000, 1), bid(1_001, 1), bid(1_700_000_000_000, 2), bid(1_700_000_003_000, 2)];
  expect(q5([events])).toEqual(naive(events));
});
