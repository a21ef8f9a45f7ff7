import { expect, test } from 'vitest';
import { type Auction, type Bid, isBid, nexmarkEvent, type NexmarkEvent, type Person } from './nexmark.ts';

const stream = Array.from({ length: 20_000 }, (_, n) => nexmarkEvent(n));
const ofKind = <K extends NexmarkEvent['kind']>(kind: K): Extract<NexmarkEvent, { kind: K }>[] =>
  stream.filter((event): event is Extract<NexmarkEvent, { kind: K }> => event.kind === kind);

test('the first values are those of the specification', () => {
  expect(nexmarkEvent(0)).toEqual({
    kind: 'person', time: 1_700_000_000_000, id: 0, name: 'person-0', email: 'person-0@mail.example', city: 'C55', state: 'S19',
  } satisfies Person);
  expect(nexmarkEvent(1)).toEqual({
    kind: 'auction', time: 1_700_000_000_000, id: 0, itemName: 'item-0', seller: 0, category: 12,
    initialBid: 275, reserve: 308, expires: 1_700_000_004_152,
  } satisfies Auction);
  expect(nexmarkEvent(4)).toEqual({
    kind: 'bid', time: 1_700_000_000_000, auction: 0, bidder: 0, price: 5_115_589, channel: 'Apple',
    url: 'https://www.nexmark.com/item/0',
  } satisfies Bid);
  expect(nexmarkEvent(17)).toMatchObject({
    kind: 'bid', time: 1_700_000_000_001, auction: 0, price: 608_523, channel: 'Facebook',
  });
  expect(nexmarkEvent(999_999)).toMatchObject({
    kind: 'bid', time: 1_700_000_099_999, auction: 59_958, bidder: 19_900, price: 7_032_633, channel: 'Apple',
  });
});

test('of 50 events one is a person, three are auctions and 46 are bids', () => {
  expect([ofKind('person').length, ofKind('auction').length, ofKind('bid').length]).toEqual([400, 1_200, 18_400]);
  expect(stream.filter(isBid)).toEqual(ofKind('bid'));
});

test('time stands still for ten events and never goes back', () => {
  expect(stream.map((event) => event.time)).toEqual(stream.map((_, n) => 1_700_000_000_000 + Math.floor(n / 10)));
});

test('persons and auctions are numbered without gaps, from 0', () => {
  expect(ofKind('person').map((person) => person.id)).toEqual(Array.from({ length: 400 }, (_, id) => id));
  expect(ofKind('auction').map((auction) => auction.id)).toEqual(Array.from({ length: 1_200 }, (_, id) => id));
});

test('sellers, bidders and auctions were there before anyone refers to them', () => {
  let lastPerson = -1;
  let lastAuction = -1;
  const strangers = stream.filter((event) => {
    if (event.kind === 'person') {
      lastPerson = event.id;
      return false;
    }
    if (event.kind === 'auction') {
      lastAuction = event.id;
      return event.seller < 0 || event.seller > lastPerson;
    }
    return event.bidder < 0 || event.bidder > lastPerson || event.auction < 0 || event.auction > lastAuction;
  });
  expect(strangers).toEqual([]);
});
