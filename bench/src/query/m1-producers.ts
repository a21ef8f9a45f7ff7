import { type Message, count, minutes, pipeline, seconds, sequences, sum, tumbling } from 'millrace';
import type { Answer } from '../answer.ts';
import type { MeteringEvent } from '../metering.ts';
import { producerNames } from '../producers.ts';
import { generated } from './generated.ts';

/** Each request once: its tokens by tenant, model and minute; that all requests of a minute are there is proved. */
export async function m1Producers(source: Iterable<readonly Message<MeteringEvent>[]>, store: string | undefined): Promise<Answer> {
  const answer = { rows: 0, checksum: 0 };
  const program = pipeline('m1-producers', (app) => {
    app.source('requests', generated(source), {
      time: (event) => event.time,
      complete: sequences({ roster: producerNames, silentAfter: seconds(30) }),
    })
      .dedupe({ name: 'seen', id: (event) => event.id, for: minutes(10) })
      .keyBy({ tenant: (event) => event.tenant, model: (event) => event.model })
      .window(tumbling(minutes(1)))
      .aggregate(
        { requests: count(), tokensIn: sum((event) => event.tokensIn), tokensOut: sum((event) => event.tokensOut) },
        { name: 'usage' },
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
