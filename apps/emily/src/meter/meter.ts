import { calendar, days, minutes, seconds, sum, tumbling, type Duration, type SourceStream, type Stream, type Table } from 'millrace';
import type { Metered } from '../domain/metered.ts';
import { keyId, type EpochMs, type KeyId, type ModelId, type RequestId, type TenantId, type UserId } from '../domain/names.ts';
import { isBillable, isFinished, isRefused, isVoided, type Finished, type UsageFact } from '../domain/usage-fact.ts';
import type { UsageEvent } from '../domain/usage-event.ts';
import { backOf } from './voids.ts';
import { requests, type Requests } from './requests.ts';

/** `key` is '' of what was sent in: no key of ours made those requests. */
export type UsageKey = { tenant: TenantId; user: UserId; model: ModelId; key: KeyId };
export type UsageTotals = {
  readonly requests: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
};

/** How far back usage may repeat other usage: a period and what may be backdated. */
const IDS_REMEMBERED = days(71);
/** For how long minutes, and the seconds of the live view, can be asked. */
export const MINUTES_KEPT: Duration = days(40);
const SECONDS_KEPT = minutes(20);

export type MeterOptions = {
  /** Months follow this zone's calendar. */
  readonly zone: string;
  /** Nothing that was admitted is open longer. */
  readonly longestCall: Duration;
  /** A trace is replayed: every window that was ever closed is kept, to be read back at its end. */
  readonly replay: boolean;
};

/** Usage from one side, once, and what it adds up to. */
export type Metering = {
  readonly usage: Stream<Metered>;
  readonly perMinute: Table<UsageKey, UsageTotals>;
  readonly perMonth: Table<UsageKey, UsageTotals>;
};

export type Meter = {
  /** What went through the gateways. */
  readonly calls: Metering;
  /** What was measured elsewhere and sent in. */
  readonly sentIn: Metering;
  readonly perSecond: Table<undefined, UsageTotals & { readonly refused: number }>;
} & Requests;

/**
 * Counts what gateways and other meters report: per tenant, user, model, key, minute and calendar month.
 *
 * The two are counted apart, because a window is only as soon closed, and as well proved, as the slowest
 * of what it waits for: gateways prove that nothing is missing, other meters may send for days.
 */
export function meter(facts: SourceStream<UsageFact>, events: SourceStream<UsageEvent>, options: MeterOptions): Meter {
  const called = facts
    .filter(isFinished)
    .filter(isBillable)
    .dedupe({ name: 'calls-seen', id: (end) => [end.tenant, end.id], for: IDS_REMEMBERED })
    .map(ofCall);
  // A retry of a call may be remembered twice by two lives of a gateway; nothing is taken back twice.
  const back = facts
    .filter(isVoided)
    .dedupe({ name: 'voids-seen', id: (fact) => [fact.tenant, fact.id], for: IDS_REMEMBERED })
    .map(backOf);
  const sentIn = events
    .dedupe({ name: 'sent-in-seen', id: (event) => [event.tenant, event.source, event.id], for: IDS_REMEMBERED })
    .map(ofEvent);
  const calls = called.map(counted).merge(facts.filter(isRefused).map(() => nothing));
  return {
    ...requests(facts, options.longestCall),
    calls: metering(called.merge(back), 'usage', options),
    sentIn: metering(sentIn, 'sent-in', options),
    // The live view, of what is done; what is taken back was done. What is sent in was measured some time before; only in a replay is that now, too.
    perSecond: (options.replay ? calls.merge(sentIn.map(counted)) : calls).window(tumbling(seconds(1))).aggregate(
      {
        requests: sum((one) => one.requests),
        inputTokens: sum((one) => one.inputTokens),
        cachedInputTokens: sum((one) => one.cachedInputTokens),
        outputTokens: sum((one) => one.outputTokens),
        refused: sum((one) => one.refused),
      },
      { name: 'usage-per-second', keep: SECONDS_KEPT },
    ),
  };
}

function metering(usage: Stream<Metered>, name: 'usage' | 'sent-in', { zone, replay }: MeterOptions): Metering {
  const byKey = usage.keyBy<UsageKey>({
    tenant: (one) => one.tenant,
    user: (one) => one.user,
    model: (one) => one.model,
    key: (one) => one.key ?? noKey,
  });
  const totals = {
    requests: sum((one: Metered) => one.units.requests),
    inputTokens: sum((one: Metered) => one.units.inputTokens),
    cachedInputTokens: sum((one: Metered) => one.units.cachedInputTokens),
    outputTokens: sum((one: Metered) => one.units.outputTokens),
  };
  return {
    usage,
    perMinute: byKey.window(tumbling(minutes(1))).aggregate(totals, { name: `${name}-per-minute`, keep: replay ? 'forever' : MINUTES_KEPT }),
    perMonth: byKey.window(calendar.month(zone)).aggregate(totals, { name: `${name}-per-month`, keep: 'forever' }),
  };
}

type Counted = UsageTotals & { readonly refused: number };

const noKey: KeyId = keyId('');

const nothing: Counted = { requests: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, refused: 1 };
const counted = ({ units }: Metered): Counted => ({ ...units, refused: 0 });

const ofCall = ({ id, admittedAt, tenant, user, key, model, priceId, units, charge }: Finished): Metered => ({
  id,
  at: admittedAt,
  tenant,
  user,
  key,
  model,
  priceId,
  units,
  ...(charge === undefined ? {} : { charge }),
});

const ofEvent = ({ id, at, tenant, user, model, units }: UsageEvent): Metered => ({
  id: id as string as RequestId,
  at: at as EpochMs,
  tenant,
  user,
  key: null,
  model,
  priceId: null,
  units,
});
