import { type Message, seconds, sequences } from 'millrace';
import type { Answer } from '../answer.ts';
import type { MeteringEvent } from '../metering.ts';
import { producerNames } from '../producers.ts';
import { generated } from './generated.ts';
import { usage } from './usage.ts';

/** Usage, where it is proved that all requests of a minute are there. */
export function m1Producers(source: Iterable<readonly Message<MeteringEvent>[]>, store: string | undefined): Promise<Answer> {
  const complete = sequences({ roster: producerNames, silentAfter: seconds(30) });
  return usage('m1-producers', (app) => app.source('requests', generated(source), { time: (event) => event.time, complete }), store);
}
