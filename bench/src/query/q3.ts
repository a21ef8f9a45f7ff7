import { outOfOrder, pipeline } from 'millrace';
import type { Answer } from '../answer.ts';
import type { Auction, NexmarkEvent, Person } from '../nexmark.ts';
import { generated } from './generated.ts';

/** The auctions of one category with their sellers from ten states, whichever of the two comes first. */
export async function q3(source: Iterable<readonly NexmarkEvent[]>, store: string | undefined): Promise<Answer> {
  const answer = { rows: 0, checksum: 0 };
  const program = pipeline('q3', (app) => {
    const events = app.source('events', generated(source), { time: (event) => event.time, complete: outOfOrder(0) });
    const sellers = events.filter(isSeller).keyBy((person) => person.id);
    const auctions = events.filter(isWanted).keyBy((auction) => auction.seller);
    sellers
      .join(auctions, { within: 'forever', name: 'sold' }, ({ name, city, state }, { id }) => ({ name, city, state, id }))
      .to(app.callback('out', ({ id }) => {
        answer.rows++;
        answer.checksum += id;
      }));
  });
  await program.run(store === undefined ? {} : { store });
  return answer;
}

const states: ReadonlySet<string> = new Set(Array.from({ length: 10 }, (_, state) => `S${state}`));
const isSeller = (event: NexmarkEvent): event is Person => event.kind === 'person' && states.has(event.state);
const isWanted = (event: NexmarkEvent): event is Auction => event.kind === 'auction' && event.category === 10;
