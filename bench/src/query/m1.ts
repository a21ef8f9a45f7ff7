import { outOfOrder } from 'millrace';
import type { Answer } from '../answer.ts';
import { disorderMs, type MeteringEvent } from '../metering.ts';
import { generated } from './generated.ts';
import { usage } from './usage.ts';

/** Usage, where no request comes later than so much. On disk this is m2. */
export function m1(source: Iterable<readonly MeteringEvent[]>, store: string | undefined): Promise<Answer> {
  return usage('m1', (app) => app.source('requests', generated(source), { time: (event) => event.time, complete: outOfOrder(disorderMs) }), store);
}
