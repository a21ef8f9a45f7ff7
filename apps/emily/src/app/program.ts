import { days, discard, log, minutes, outOfOrder, pipeline, seconds, sequences, type Duration, type Program, type Table, type Upgrades } from 'millrace';
import type { AccountCommand } from '../account/command.ts';
import { invoices, type InvoiceKey, type InvoiceSum } from '../bill/invoices.ts';
import { isFinished } from '../domain/usage-fact.ts';
import { isOfFleet } from '../domain/fleet-fact.ts';
import type { UsageEvent } from '../domain/usage-event.ts';
import { generatedTokens, type Generated } from '../fleet/generated-tokens.ts';
import { gpuUsage, type GpuUsage } from '../fleet/gpu-usage.ts';
import { defaultLimits } from '../gateway/limits.ts';
import type { UsageMessage } from '../gateway/numbering.ts';
import { finishedKeys, type FinishedKey, type IdempotencyKey } from '../meter/finished-keys.ts';
import { meter, MINUTES_KEPT, type UsageKey, type UsageTotals } from '../meter/meter.ts';
import { conversations, type Conversation, type ConversationKey } from '../meter/conversations.ts';
import { popularity, type Asked, type PopularityKey } from '../meter/popularity.ts';
import { gateways, type GatewayTimes } from '../meter/gateways.ts';
import type { Lifetime, RequestKey, Unended } from '../meter/requests.ts';
import { spending, type SpentKey, type WrittenOff, type WrittenOffKey } from '../meter/spending.ts';
import { rate } from '../price/rate.ts';

export type ProgramOptions = {
  readonly zone: string;
  /** A trace is replayed: all windows are kept, to be read back at its end, and what is sent in comes nearly in order. */
  readonly replay: boolean;
};

/** Calls and what was sent in are metered and billed apart: see docs/decisions/0009. */
export type EmilyTables = GpuUsage & {
  readonly perSecond: Table<undefined, UsageTotals & { readonly refused: number }>;
  readonly perMinute: Table<UsageKey, UsageTotals>;
  readonly perMonth: Table<UsageKey, UsageTotals>;
  readonly invoices: Table<InvoiceKey, readonly InvoiceSum[]>;
  readonly sentInPerMinute: Table<UsageKey, UsageTotals>;
  readonly sentInPerMonth: Table<UsageKey, UsageTotals>;
  readonly sentInInvoices: Table<InvoiceKey, readonly InvoiceSum[]>;
  /** Requests that are under way, and those whose end did not come in time. */
  readonly requests: Table<RequestKey, Lifetime>;
  readonly unended: Table<RequestKey, Unended>;
  readonly gateways: Table<string, GatewayTimes>;
  /** What the calls of each boot say that it has generated. */
  readonly generated: Table<string, Generated>;
  readonly finishedKeys: Table<IdempotencyKey, FinishedKey>;
  /** How much each model is asked for, hour by sliding hour, and who is in a conversation. */
  readonly popularity: Table<PopularityKey, Asked>;
  readonly conversations: Table<ConversationKey, Conversation>;
  /** What calls have spent of each budget, and what no budget had room for. */
  readonly spent: Table<SpentKey, bigint>;
  readonly writtenOff: Table<WrittenOffKey, WrittenOff>;
};

/** The logs of Emily by name: each is a source of its program. */
export const logs = { usage: 'usage', events: 'events', commands: 'commands' } as const;

/** The program's own name. */
export const PIPELINE = 'emily';

/** The gateway of this process, as the producer of its messages. */
export const GATEWAY = 'gateway-1';

/** A gateway that was not heard for so long is silent: everything waits for it. It promises every ten seconds at least. */
const SILENT_AFTER = seconds(30);
/** How far behind usage may be sent in that was measured elsewhere, and so how long a month waits for it. */
const SENT_IN_WITHIN = days(3);
/** The same in a replay, where all of it comes from one trace. */
const SENT_IN_WITHIN_REPLAYING = minutes(11);
/** People's commands are stamped as they come. */
const COMMANDS_WITHIN = seconds(1);
/** A log that has been silent for so long is idle: its frontier follows the clock. */
const IDLE_AFTER = seconds(10);
/** How far ahead of our clock the time of usage may be. */
export const AHEAD_MAX: Duration = minutes(10);

/** What a store of before has not: no call was charged against a budget then, none was voided, and nothing was said of replicas; popularity and conversations are of the last hours only. */
export const upgrade: Upgrades = { spent: discard(), 'written-off': discard(), 'voids-seen': discard(), 'boots-followed': discard(), boots: discard(), 'gpu-per-minute': discard(), 'gpu-per-month': discard(), 'generated-tokens': discard(), popularity: discard(), conversations: discard() };

/** Emily's stream program: from what gateways report to what users owe. */
export function emilyProgram({ zone, replay }: ProgramOptions): Program<EmilyTables> {
  return pipeline(PIPELINE, (app): EmilyTables => {
    // Gateways stamp them, and what they have answered is billed whatever the clock has done since.
    const facts = app.source(logs.usage, log<UsageMessage>({ keep: 'forever' }), {
      time: (fact) => fact.admittedAt,
      complete: sequences({ roster: [GATEWAY], silentAfter: SILENT_AFTER, onSilent: 'hold' }),
      maxAhead: 'any',
    });
    const events = app.source(logs.events, log<UsageEvent>({ keep: 'forever' }), {
      time: (event) => event.at,
      complete: outOfOrder(replay ? SENT_IN_WITHIN_REPLAYING : SENT_IN_WITHIN, { idleAfter: IDLE_AFTER }),
      maxAhead: AHEAD_MAX,
    });
    app.source(logs.commands, log<AccountCommand>({ keep: 'forever' }), {
      time: (command) => command.at,
      complete: outOfOrder(COMMANDS_WITHIN, { idleAfter: IDLE_AFTER }),
      maxAhead: 'any',
    });
    const { calls, sentIn, perSecond, lifetimes, unended } = meter(facts, events, { zone, replay, longestCall: defaultLimits.callMsMax });
    return {
      perSecond,
      perMinute: calls.perMinute,
      perMonth: calls.perMonth,
      invoices: invoices(calls.usage.map(rate), 'invoices', zone),
      sentInPerMinute: sentIn.perMinute,
      sentInPerMonth: sentIn.perMonth,
      sentInInvoices: invoices(sentIn.usage.map(rate), 'sent-in-invoices', zone),
      requests: lifetimes,
      unended,
      gateways: gateways(facts),
      finishedKeys: finishedKeys(facts, { replay }),
      popularity: popularity(calls.usage),
      conversations: conversations(calls.usage),
      ...spending(calls.usage),
      generated: generatedTokens(facts.filter(isFinished)),
      ...gpuUsage(facts.filter(isOfFleet), { zone, minutesKept: MINUTES_KEPT }),
    };
  });
}
