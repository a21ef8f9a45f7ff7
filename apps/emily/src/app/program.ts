import { log, minutes, outOfOrder, pipeline, seconds, type Duration, type Program, type Table } from 'millrace';
import type { AccountCommand } from '../account/command.ts';
import { invoices, type InvoiceKey, type InvoiceSum } from '../bill/invoices.ts';
import type { UsageEvent } from '../domain/usage-event.ts';
import type { UsageFact } from '../domain/usage-fact.ts';
import { finishedKeys, type FinishedKey, type IdempotencyKey } from '../meter/finished-keys.ts';
import { meter, type UsageKey, type UsageTotals } from '../meter/meter.ts';
import { producers, type ProducerState } from '../meter/producers.ts';
import { rate } from '../price/rate.ts';

export type ProgramOptions = {
  readonly zone: string;
  /** The longest a call may be open: how much later than its admission its end may come. */
  readonly longestCallMs: number;
  /** Keeps all windows to be read back at the end of a replay. */
  readonly keepAll: boolean;
};

export type EmilyTables = {
  readonly perSecond: Table<undefined, UsageTotals & { readonly refused: number }>;
  readonly perMinute: Table<UsageKey, UsageTotals>;
  readonly perMonth: Table<UsageKey, UsageTotals>;
  readonly invoices: Table<InvoiceKey, readonly InvoiceSum[]>;
  readonly producers: Table<string, ProducerState>;
  readonly finishedKeys: Table<IdempotencyKey, FinishedKey>;
};

/** The logs of Emily by name: each is a source of its program. */
export const logs = { usage: 'usage', events: 'events', commands: 'commands' } as const;

/** A log that has been silent for so long is idle: its frontier follows the clock. */
const IDLE_AFTER = seconds(10);
/** How far ahead of our clock the time of usage may be. */
export const AHEAD_MAX: Duration = minutes(10);

/** Emily's stream program: from what gateways report to what users owe. */
export function emilyProgram({ zone, longestCallMs, keepAll }: ProgramOptions): Program<EmilyTables> {
  return pipeline('emily', (app): EmilyTables => {
    const complete = outOfOrder(longestCallMs, { idleAfter: IDLE_AFTER });
    // Gateways stamp them, and what they have answered is billed whatever the clock has done since.
    const facts = app.source(logs.usage, log<UsageFact>({ keep: 'forever' }), { time: (fact) => fact.admittedAt, complete, maxAhead: 'any' });
    const events = app.source(logs.events, log<UsageEvent>({ keep: 'forever' }), { time: (event) => event.at, complete, maxAhead: AHEAD_MAX });
    app.source(logs.commands, log<AccountCommand>({ keep: 'forever' }), { time: (command) => command.at, complete, maxAhead: 'any' });
    const { usage, perSecond, perMinute, perMonth } = meter(facts, events, { zone, keepAll });
    return {
      perSecond,
      perMinute,
      perMonth,
      invoices: invoices(usage.map(rate), zone),
      producers: producers(facts),
      finishedKeys: finishedKeys(facts, { keepAll }),
    };
  });
}
