import { outOfOrder, pipeline, seconds, tumbling } from 'millrace';
import type { Answer } from '../answer.ts';
import type { Auction, NexmarkEvent, Person } from '../nexmark.ts';
import { generated } from './generated.ts';

/** Who registered and opened an auction in the same ten seconds, once for each such auction. */
export async function q8(source: Iterable<readonly NexmarkEvent[]>, store: string | undefined): Promise<Answer> {
  const answer = { rows: 0, checksum: 0 };
  const program = pipeline('q8', (app) => {
    const events = app.source('events', generated(source), { time: (event) => event.time, complete: outOfOrder(0) });
    const persons = events.filter(isPerson).keyBy((person) => person.id);
    const auctions = events.filter(isAuction).keyBy((auction) => auction.seller);
    persons
      .window(tumbling(seconds(10)))
      .join(auctions, { name: 'opened' }, ({ id, name }, auction) => ({ person: id, name, auction: auction.id }))
      .to(app.callback('out', ({ person }) => {
        answer.rows++;
        answer.checksum += person;
      }));
  });
  await program.run(store === undefined ? {} : { store });
  return answer;
}

const isPerson = (event: NexmarkEvent): event is Person => event.kind === 'person';
const isAuction = (event: NexmarkEvent): event is Auction => event.kind === 'auction';
