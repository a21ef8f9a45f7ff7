import { outOfOrder, pipeline } from 'millrace';
import type { Answer } from '../answer.ts';
import { isBid, type NexmarkEvent } from '../nexmark.ts';
import { generated } from './generated.ts';

/** Every bid. */
export async function q0(source: Iterable<readonly NexmarkEvent[]>, store: string | undefined): Promise<Answer> {
  const answer = { rows: 0, checksum: 0 };
  const program = pipeline('q0', (app) => {
    app.source('events', generated(source), { time: (event) => event.time, complete: outOfOrder(0) })
      .filter(isBid)
      .to(app.callback('out', (bid) => {
        answer.rows++;
        answer.checksum += bid.price;
      }));
  });
  await program.run(store === undefined ? {} : { store });
  return answer;
}
