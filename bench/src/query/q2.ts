import { outOfOrder, pipeline } from 'millrace';
import type { Answer } from '../answer.ts';
import { isBid, type NexmarkEvent } from '../nexmark.ts';
import { generated } from './generated.ts';

/** The bids on every 123rd auction. */
export async function q2(source: Iterable<readonly NexmarkEvent[]>, store: string | undefined): Promise<Answer> {
  const answer = { rows: 0, checksum: 0 };
  const program = pipeline('q2', (app) => {
    app.source('events', generated(source), { time: (event) => event.time, complete: outOfOrder(0) })
      .filter(isBid)
      .filter((bid) => bid.auction % 123 === 0)
      .to(app.callback('out', (bid) => {
        answer.rows++;
        answer.checksum += bid.auction;
      }));
  });
  await program.run(store === undefined ? {} : { store });
  return answer;
}
