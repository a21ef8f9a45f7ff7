import { expect, test } from 'vitest';
import { batches } from '../batches.ts';
import { expectedAnswers } from '../expected-answers.ts';
import { type Bid, isBid, nexmarkEvent, type NexmarkEvent } from '../nexmark.ts';
import { q11 } from './q11.ts';

/** The bids of each bidder are looked at afterwards: each pause of ten seconds begins a session. */
function naive(events: readonly NexmarkEvent[]): { rows: number; checksum: number } {
  const bids = events.filter(isBid);
  const sessions = [...Map.groupBy(bids, (bid) => bid.bidder).values()].flatMap((ofBidder) =>
    ofBidder.filter((bid, n) => n === 0 || bid.time - ofBidder[n - 1]!.time >= 10_000));
  return { rows: sessions.length, checksum: bids.length };
}

const bid = (time: number, bidder: number): Bid =>
  ({ kind: 'bid', time, auction: 0, bidder, price: 1, channel: 'Apple', url: '' });

test('q11 of the first million events answers as specified', () => {
  expect(q11(batches(1_000_000, nexmarkEvent))).toEqual(expectedAnswers.q11.get(1_000_000));
});

test('q11 counts the bids of each session, those still open at the end included', () => {
  // Few bidders whose bids are seconds apart, so that sessions are extended, end and begin again.
  const bids = Array.from({ length: 20_000 }, (_, n) => nexmarkEvent(n)).filter(isBid)
    .map((event, n) => ({ ...event, time: n * 100, bidder: event.price % 97 }));
  const answer = q11([bids]);
  expect(answer).toEqual(naive(bids));
  expect(answer.rows).toBeGreaterThan(97 * 10);
});

test('a bid exactly ten seconds after the last begins a new session, one a millisecond earlier does not', () => {
  expect(q11([[bid(0, 1), bid(9_999, 1), bid(19_999, 1)]])).toEqual({ rows: 2, checksum: 3 });
});

test('a session goes on for as long as there are bids, and bidders do not share it', () => {
  const bids = Array.from({ length: 9 }, (_, n) => bid(n * 5_000, n % 2));
  expect(q11([bids])).toEqual({ rows: 9, checksum: 9 });
  expect(q11([bids.map((each) => ({ ...each, bidder: 1 }))])).toEqual({ rows: 1, checksum: 9 });
});
