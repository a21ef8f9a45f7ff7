import { expect, test } from 'vitest';
import { batches } from '../batches.ts';
import { expectedAnswers } from '../expected-answers.ts';
import { type Auction, nexmarkEvent, type NexmarkEvent, type Person } from '../nexmark.ts';
import { q3 } from './q3.ts';

/** Every auction is looked up among all persons, afterwards. */
function naive(events: readonly NexmarkEvent[]): { rows: number; checksum: number } {
  const sellers = new Set(events.flatMap((event) => (event.kind === 'person' && /^S\d$/.test(event.state) ? [event.id] : [])));
  const sold = events.filter((event) => event.kind === 'auction' && event.category === 10 && sellers.has(event.seller)) as Auction[];
  return { rows: sold.length, checksum: sold.reduce((sum, auction) => sum + auction.id, 0) };
}

const person = (id: number, state: string): Person => ({ kind: 'person', time: 0, id, name: '', email: '', city: '', state });
const auction = (id: number, seller: number, category = 10): Auction =>
  ({ kind: 'auction', time: 0, id, itemName: '', seller, category, initialBid: 1, reserve: 1, expires: 1 });

test('q3 of the first million events answers as specified', () => {
  expect(q3(batches(1_000_000, nexmarkEvent))).toEqual(expectedAnswers.q3.get(1_000_000));
});

test('q3 joins whichever of the two comes first', () => {
  const events = Array.from({ length: 20_000 }, (_, n) => nexmarkEvent(n));
  const answer = naive(events);
  expect(answer.rows).toBeGreaterThan(0);
  expect(q3([events])).toEqual(answer);
  expect(q3([events.toReversed()])).toEqual(answer);
});

test('an auction comes out once, with a seller from S0 to S9 and in category 10 only', () => {
  expect(q3([[person(1, 'S0'), person(2, 'S10'), person(3, 'S9'), auction(5, 3), auction(6, 1), auction(7, 2), auction(8, 1, 11), auction(9, 4)]]))
    .toEqual({ rows: 2, checksum: 11 });
});
