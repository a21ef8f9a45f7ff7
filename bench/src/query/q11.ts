import { outOfOrder, pipeline, seconds, session } from 'millrace';
import type { Answer } from '../answer.ts';
import { isBid, type NexmarkEvent } from '../nexmark.ts';
import { generated } from './generated.ts';

/** How many bids each bidder made without a pause of ten seconds; a bid after exactly ten is a new session's. */
export async function q11(source: Iterable<readonly NexmarkEvent[]>, store: string | undefined): Promise<Answer> {
  const answer = { rows: 0, checksum: 0 };
  const program = pipeline('q11', (app) => {
    const events = app.source('events', generated(source), { time: (event) => event.time, complete: outOfOrder(0) });
    events
      .filter(isBid)
      .keyBy((bid) => bid.bidder)
      .window(session(seconds(10)))
      .count({ name: 'bids' })
      .final()
      .to(app.callback('out', ({ value }) => {
        answer.rows++;
        answer.checksum += value;
      }));
  });
  await program.run(store === undefined ? {} : { store });
  return answer;
}
