import { type App, type LatePolicy, type Program, type Stream, count, drop, minutes, pipeline, sum, tumbling } from 'millrace';
import type { Answer } from '../answer.ts';
import type { MeteringEvent } from '../metering.ts';

/** Each request once: its tokens by tenant, model and minute. */
export async function usage(name: string, requestsOf: (app: App) => Stream<MeteringEvent>, store: string | undefined, late: LatePolicy = drop()): Promise<Answer> {
  const answer = { rows: 0, checksum: 0 };
  await usageProgram(name, requestsOf, answer, late).run(store === undefined ? {} : { store });
  return answer;
}

/** The same, not yet begun, which counts its rows in `answer`. */
export function usageProgram(name: string, requestsOf: (app: App) => Stream<MeteringEvent>, answer: { rows: number; checksum: number }, late: LatePolicy = drop()): Program {
  return pipeline(name, (app) => {
    requestsOf(app)
      .dedupe({ name: 'seen', id: (event) => event.id, for: minutes(10) })
      .keyBy({ tenant: (event) => event.tenant, model: (event) => event.model })
      .window(tumbling(minutes(1)))
      .aggregate(
        { requests: count(), tokensIn: sum((event) => event.tokensIn), tokensOut: sum((event) => event.tokensOut) },
        { name: 'usage', late },
      )
      .final()
      .to(app.callback('out', ({ value }) => {
        answer.rows++;
        answer.checksum += value.tokensIn + value.tokensOut;
      }));
  });
}
