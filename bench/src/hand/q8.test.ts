import { expect, test } from 'vitest';
import { batches } from '../batches.ts';
import { expectedAnswers } from '../expected-answers.ts';
import { type Auction, nexmarkEvent, type NexmarkEvent, type Person } from '../nexmark.ts';
import { q8 } from './q8.ts';

/** Every person is set beside every auction of the same window, afterwards. */
function naive(events: readonly NexmarkEvent[]): { rows: number; checksum: number } {
  const windows = Map.groupBy(events, (event) => Math.floor(event.time / 10_000));
  const sellers = [...windows.values()].flatMap((inWindow) => {
    const persons = new Set(inWindow.flatMap((event) => (event.kind === 'person' ? [event.id] : [])));
    return inWindow.flatMap((event) => (event.kind === 'auction' && persons.has(event.seller) ? [event.seller] : []));
  });
  return { rows: sellers.length, checksum: sellers.reduce((sum, seller) => sum + seller, 0) };
}

const person = (time: number, id: number): Person => ({ kind: 'person', time, id, name: '', email: '', city: '', state: '' });
const auction = (time: number, seller: number): Auction =>
  ({ kind: 'auction', time, id: 0, itemName: '', seller, category: 10, initialBid: 1, reserve: 1, expires: 1 });

test('q8 of the first million events answers as specified', () => {
  expect(q8(batches(1_000_000, nexmarkEvent))).toEqual(expectedAnswers.q8.get(1_000_000));
});

test('q8 joins within each window, the last and partial one included', () => {
  const events = Array.from({ length: 250_000 }, (_, n) => nexmarkEvent(n));
  const answer = q8([events]);
  expect(answer).toEqual(naive(events));
  expect(answer.rows).toBeGreaterThan(10_000);
});

test('a person has a row for each auction, whichever came first', () => {
  expect(q8([[auction(0, 3), person(1, 3), person(2, 4), auction(9_999, 3), auction(9_999, 5)]])).toEqual({ rows: 2, checksum: 6 });
});

test('what happens at the end of a window belongs to the next one', () => {
  expect(q8([[person(9_999, 3), auction(10_000, 3), person(10_000, 4)], [auction(19_999, 4)]])).toEqual({ rows: 1, checksum: 4 });
});
