import { expect, test } from 'vitest';
import { batches } from '../batches.ts';
import { isBid, nexmarkEvent } from '../nexmark.ts';
import { q0 } from './q0.ts';
import { q1 } from './q1.ts';
import { q2 } from './q2.ts';

const events = 20_000;
const source = (): Iterable<readonly ReturnType<typeof nexmarkEvent>[]> => batches(events, nexmarkEvent);
const bids = Array.from({ length: events }, (_, n) => nexmarkEvent(n)).filter(isBid);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

test('q0 counts every bid and adds up the prices', () => {
  expect(q0(source())).toEqual({ rows: bids.length, checksum: sum(bids.map((bid) => bid.price)) });
});

test('q1 converts each price by itself and floors it', () => {
  const inCents = bids.map((bid) => Number(BigInt(bid.price) * 908n / 1_000n));
  expect(q1(source())).toEqual({ rows: bids.length, checksum: sum(inCents) });
});

test('q2 takes the bids on auctions whose number 123 divides', () => {
  const auctions = bids.map((bid) => bid.auction).filter((auction) => Number.isInteger(auction / 123));
  expect(auctions.length).toBeGreaterThan(0);
  expect(q2(source())).toEqual({ rows: auctions.length, checksum: sum(auctions) });
});
