import { minutes, outOfOrder, revise } from 'millrace';
import type { Answer } from '../answer.ts';
import { disorderMs, type MeteringEvent } from '../metering.ts';
import { generated } from './generated.ts';
import { usage } from './usage.ts';

/** Usage whose windows could be revised for ten minutes after they close; nothing comes that late. */
export function m1Revise(source: Iterable<readonly MeteringEvent[]>, store: string | undefined): Promise<Answer> {
  const late = revise({ retain: minutes(10) });
  return usage('m1-revise', (app) => app.source('requests', generated(source), { time: (event) => event.time, complete: outOfOrder(disorderMs) }), store, late);
}
