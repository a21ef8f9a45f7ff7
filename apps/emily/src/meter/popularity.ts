import { hopping, hours, minutes, sum, type Duration, type Stream, type Table } from 'millrace';
import type { Metered } from '../domain/metered.ts';
import type { ModelId, TenantId } from '../domain/names.ts';

export type PopularityKey = { tenant: TenantId; model: ModelId };

/** What was asked of a model in an hour. */
export type Asked = { readonly requests: number; readonly inputTokens: number; readonly outputTokens: number };

/** The hour slides by so much at a time. */
export const POPULAR_EVERY_MS: Duration = minutes(5);
export const POPULAR_FOR_MS: Duration = hours(1);
/** An hour is held against the one before it. */
const KEPT: Duration = hours(3);

/** How much each model is asked for by each tenant, in the hour up to every five minutes. */
export function popularity(calls: Stream<Metered>): Table<PopularityKey, Asked> {
  return calls
    .keyBy<PopularityKey>({ tenant: (one) => one.tenant, model: (one) => one.model })
    .window(hopping(POPULAR_FOR_MS, POPULAR_EVERY_MS))
    .aggregate(
      {
        requests: sum((one: Metered) => one.units.requests),
        inputTokens: sum((one: Metered) => one.units.inputTokens),
        outputTokens: sum((one: Metered) => one.units.outputTokens),
      },
      { name: 'popularity', keep: KEPT },
    );
}
