import { count, outOfOrder, pipeline, type ProcessSteps, sum } from 'millrace';
import type { Answer } from '../answer.ts';
import type { Auction, Bid, NexmarkEvent } from '../nexmark.ts';
import { generated } from './generated.ts';

/** For each auction that closes with a bid, the average of the winning prices of its category so far. */
export async function q4(source: Iterable<readonly NexmarkEvent[]>, store: string | undefined): Promise<Answer> {
  const answer = { rows: 0, checksum: 0 };
  const program = pipeline('q4', (app) => {
    const events = app.source('events', generated(source), { time: (event) => event.time, complete: outOfOrder(0) });
    const { lots } = events.split({ lots: isAuctionOrBid });
    lots
      .keyBy((event) => (event.kind === 'auction' ? event.id : event.auction))
      .process<Sale, Open | null>({ name: 'open', ...closing })
      .keyBy((sale) => sale.category)
      .aggregate({ sales: count(), prices: sum((sale) => sale.price) }, { name: 'averages' })
      .changes()
      .to(app.callback('out', ({ after }) => {
        if (after === undefined) return;
        answer.rows++;
        answer.checksum += Math.floor(after.prices / after.sales);
      }));
  });
  await program.run(store === undefined ? {} : { store });
  return answer;
}

type Sale = { readonly category: number; readonly price: number };
type Open = { readonly category: number; highest: number };

const isAuctionOrBid = (event: NexmarkEvent): event is Auction | Bid => event.kind !== 'person';

const closing: ProcessSteps<Auction | Bid, number, Open | null, Sale> = {
  state: () => null,
  on(event, { state, setTimer }) {
    if (event.kind === 'auction') {
      state.set({ category: event.category, highest: 0 });
      setTimer(event.expires + 1);
      return;
    }
    // The stream is in order: a bid comes behind its auction, and one that is too late behind the timer.
    const open = state.get();
    if (open !== null && event.price > open.highest) open.highest = event.price;
  },
  timer(_, { state, emit, clear }) {
    const open = state.get();
    if (open !== null && open.highest > 0) emit({ category: open.category, price: open.highest });
    clear();
  },
};
