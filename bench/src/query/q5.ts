import { hopping, outOfOrder, pipeline, type Row, seconds, tumbling } from 'millrace';
import type { Answer } from '../answer.ts';
import { isBid, type NexmarkEvent } from '../nexmark.ts';
import { generated } from './generated.ts';

/** The auctions with the most bids in each ten seconds, every two seconds, all of them where several tie. */
export async function q5(source: Iterable<readonly NexmarkEvent[]>, store: string | undefined): Promise<Answer> {
  const answer = { rows: 0, checksum: 0 };
  const program = pipeline('q5', (app) => {
    const events = app.source('events', generated(source), { time: (event) => event.time, complete: outOfOrder(0) });
    events
      .filter(isBid)
      .keyBy((bid) => bid.auction)
      .window(hopping(seconds(10), seconds(2)))
      .count({ name: 'bids' })
      .final()
      .window(tumbling(seconds(2)))
      .aggregate({ name: 'most', ...most })
      .final()
      .to(app.callback('out', ({ value: auctions }) => {
        for (const { key, value } of auctions) {
          answer.rows++;
          answer.checksum += key + value;
        }
      }));
  });
  await program.run(store === undefined ? {} : { store });
  return answer;
}

type Counted = Row<number, number>;
type Most = { count: number; auctions: Counted[] };

const most = {
  create: (): Most => ({ count: 0, auctions: [] }),
  add: (most: Most, row: Counted): Most => {
    if (row.value > most.count) {
      most.count = row.value;
      most.auctions = [row];
    } else if (row.value === most.count) {
      most.auctions.push(row);
    }
    return most;
  },
  result: (most: Most): readonly Counted[] => most.auctions,
};
