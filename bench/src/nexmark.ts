import { random } from './random.ts';

/*
 * The NEXMARK stream: an auction house, as one ordered source of 10,000 events a second.
 *
 * Of 50 events in a row the first registers a person, the next three open auctions, and 46 are
 * bids. Half of the bids go to one hot auction, three quarters of them come from one hot person.
 *
 * Each kind of event is one object literal with its fields in one order, so that V8 sees three
 * shapes in all and reads a field without a look-up.
 */

export type Person = {
  readonly kind: 'person';
  /** Event time, in ms since the epoch. */
  readonly time: number;
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly city: string;
  readonly state: string;
};

export type Auction = {
  readonly kind: 'auction';
  /** Event time, in ms since the epoch. */
  readonly time: number;
  readonly id: number;
  readonly itemName: string;
  readonly seller: number;
  readonly category: number;
  readonly initialBid: number;
  readonly reserve: number;
  /** In ms since the epoch; a bid at exactly this time still counts. */
  readonly expires: number;
};

export type Bid = {
  readonly kind: 'bid';
  /** Event time, in ms since the epoch. */
  readonly time: number;
  readonly auction: number;
  readonly bidder: number;
  readonly price: number;
  readonly channel: string;
  readonly url: string;
};

export type NexmarkEvent = Person | Auction | Bid;

export const isBid = (event: NexmarkEvent): event is Bid => event.kind === 'bid';

const epochMs = 1_700_000_000_000;
const eventsPerMs = 10;
const eventsPerRound = 50;
const auctionsPerRound = 3;
const channels = ['Google', 'Facebook', 'Baidu', 'Apple'] as const;

/** Event n of the stream, n = 0, 1, 2, … */
export function nexmarkEvent(n: number): NexmarkEvent {
  const k = n % eventsPerRound;
  if (k > auctionsPerRound) return bid(n);
  return k === 0 ? person(n) : auction(n, k);
}

function bid(n: number): Bid {
  const round = Math.floor(n / eventsPerRound);
  const lastAuction = auctionsPerRound * round + auctionsPerRound - 1;
  const on = random(n, 1) % 2 === 0
    ? lastAuction - lastAuction % 100
    : lastAuction - random(n, 2) % Math.min(lastAuction + 1, 100);
  return {
    kind: 'bid',
    time: timeOf(n),
    auction: on,
    bidder: knownPerson(round, random(n, 3), n, 4),
    price: 100 + random(n, 5) % 10_000_000,
    channel: channels[(random(n, 6) % 4) as 0 | 1 | 2 | 3],
    url: 'https://www.nexmark.com/item/' + on,
  };
}

function auction(n: number, k: number): Auction {
  const round = Math.floor(n / eventsPerRound);
  const id = auctionsPerRound * round + k - 1;
  const time = timeOf(n);
  const initialBid = 1 + random(n, 4) % 1_000;
  return {
    kind: 'auction',
    time,
    id,
    itemName: 'item-' + id,
    seller: knownPerson(round, random(n, 1), n, 2),
    category: 10 + random(n, 3) % 5,
    initialBid,
    reserve: initialBid + random(n, 5) % 1_000,
    expires: time + 1 + random(n, 6) % 20_000,
  };
}

function person(n: number): Person {
  const id = n / eventsPerRound;
  const name = 'person-' + id;
  return {
    kind: 'person',
    time: timeOf(n),
    id,
    name,
    email: name + '@mail.example',
    city: 'C' + random(n, 2) % 200,
    state: 'S' + random(n, 1) % 50,
  };
}

/** Three times in four the hot person, else one of the last thousand, drawn from random stream `stream`. */
function knownPerson(lastPerson: number, choice: number, n: number, stream: number): number {
  return choice % 4 !== 0
    ? lastPerson - lastPerson % 100
    : lastPerson - random(n, stream) % Math.min(lastPerson + 1, 1_000);
}

function timeOf(n: number): number {
  return epochMs + Math.floor(n / eventsPerMs);
}
