import { count, minutes, outOfOrder, pipeline, revise, sum, tumbling } from 'millrace';
import type { Answer } from '../answer.ts';
import { disorderMs, type MeteringEvent } from '../metering.ts';
import { generated } from './generated.ts';

/** m1 whose windows could be revised for ten minutes after they close; nothing comes that late. */
export async function m1Revise(source: Iterable<readonly MeteringEvent[]>, store: string | undefined): Promise<Answer> {
  const answer = { rows: 0, checksum: 0 };
  const program = pipeline('m1-revise', (app) => {
    app.source('requests', generated(source), { time: (event) => event.time, complete: outOfOrder(disorderMs) })
      .dedupe({ name: 'seen', id: (event) => event.id, for: minutes(10) })
      .keyBy({ tenant: (event) => event.tenant, model: (event) => event.model })
      .window(tumbling(minutes(1)))
      .aggregate(
        { requests: count(), tokensIn: sum((event) => event.tokensIn), tokensOut: sum((event) => event.tokensOut) },
        { name: 'usage', late: revise({ retain: minutes(10) }) },
      )
      .final()
      .to(app.callback('out', ({ value }) => {
        answer.rows++;
        answer.checksum += value.tokensIn + value.tokensOut;
      }));
  });
  await program.run(store === undefined ? {} : { store });
  return answer;
}
