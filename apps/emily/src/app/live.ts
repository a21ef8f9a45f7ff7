import type { Program, Row, Status } from 'millrace';
import type { Accounts } from '../account/accounts.ts';
import type { InvoiceKey, InvoiceSum } from '../bill/invoices.ts';
import { monthLabel } from '../bill/invoice-document.ts';
import { euro, minorText, pico, roundToMinor } from '../domain/money.ts';
import type { TenantId } from '../domain/names.ts';
import type { ReplicaState } from '../fleet/slot.ts';
import type { UsageKey, UsageTotals } from '../meter/meter.ts';
import { asOf, evidenceOf } from './as-of.ts';
import { gatewayViews, shownMissing } from './gateways.ts';
import type { HoldDesk } from './hold-desk.ts';
import { logs, type EmilyTables } from './program.ts';

export type LiveOptions = {
  readonly program: Program<EmilyTables>;
  readonly accounts: Accounts;
  readonly holds: HoldDesk;
  readonly zone: string;
  readonly now: () => number;
  readonly replicas: () => readonly ReplicaState[];
  readonly replay: () => { readonly rows: number; readonly done: number; readonly finished: boolean } | null;
};

/** Rates are means over so many ms. */
const RATE_MS = 10_000;

/** How things stand, complete in itself: what the console's stream says about once a second. */
export async function now(options: LiveOptions): Promise<object> {
  const { program, zone, accounts, holds, replicas } = options;
  const { perSecond, perMonth, invoices, sentInPerMonth, sentInInvoices, gateways } = program.tables;
  const replay = options.replay();
  const clock = options.now();
  const status = program.status();
  // All are asked before any is waited for, so that they answer as of the same commit.
  const [seconds, called, sentIn, callBills, sentInBills, known] = await Promise.all([
    perSecond.scan(), perMonth.scan(), sentInPerMonth.scan(), invoices.scan(), sentInInvoices.scan(), gateways.scan(),
  ]);
  const usage = [...called, ...sentIn];
  const bills = [...callBills, ...sentInBills];
  // In a replay the time is the trace's: that of the newest second with usage.
  const newest = seconds.reduce((latest, { window }) => Math.max(latest, window?.start ?? 0), 0);
  const at = replay === null || newest === 0 ? clock : newest;
  // A replay that has ended, or was only read back, has nothing under way: its last seconds are not now.
  const running = replay?.finished === true ? [] : seconds;
  const recent = running.filter(({ window }) => window !== undefined && window.start > at - RATE_MS && window.start <= at);
  const rate = (count: (value: UsageTotals & { refused: number }) => number): number =>
    Math.round((recent.reduce((sum, { value }) => sum + count(value), 0) * 10_000) / RATE_MS) / 10;
  const requestsPerSecond = rate((value) => value.requests);
  return {
    at: clock,
    ...asOf(program),
    rates: {
      requestsPerSecond,
      inputTokensPerSecond: rate((value) => value.inputTokens),
      outputTokensPerSecond: rate((value) => value.outputTokens),
      inFlight: replicas().reduce((sum, { outstanding }) => sum + outstanding, 0),
      refusedPerSecond: rate((value) => value.refused),
    },
    month: monthOf({ usage, bills, isClosed: closedBy(status) }, at, zone, accounts),
    producers: gatewayViews(program, known),
    missing: shownMissing(program),
    holds: holds.open(),
    decided: holds.decided(),
    replay: replay === null ? null : { ...replay, requestsPerSecond },
    health: {
      replicas: replicas(),
      bad: status.bad,
      late: lateOf(status),
    },
  };
}

/** Each late fact once: a minute closes before the month it is in, and what is too old to be known as a repetition reaches neither. */
const lateOf = ({ states }: Status): number =>
  (states['usage-per-minute']?.late ?? 0) + (states['sent-in-per-minute']?.late ?? 0) + (states['calls-seen']?.late ?? 0) + (states['sent-in-seen']?.late ?? 0);

/** Whether nothing that counts before an end can come any more, from any side: also what nobody has sent in yet. */
const closedBy = ({ sources }: Status) => (end: number): boolean =>
  [logs.usage, logs.events].every((log) => (sources[log] ?? []).every(({ frontier }) => frontier >= end));

type MonthParts = { readonly usage: readonly MonthRow[]; readonly bills: readonly InvoiceRow[]; readonly isClosed: (end: number) => boolean };
type MonthRow = Row<UsageKey, UsageTotals>;
type InvoiceRow = Row<InvoiceKey, readonly InvoiceSum[]>;

/** The month that holds `at`: its usage and its bill so far, by tenant and by model. */
function monthOf({ usage, bills, isClosed }: MonthParts, at: number, zone: string, accounts: Accounts): object {
  const label = monthLabel(at, zone);
  const inMonth = usage.filter(({ window }) => window !== undefined && window.start <= at && at < window.end);
  const invoices = bills.filter(({ window }) => window !== undefined && window.start <= at && at < window.end);
  const window = inMonth[0]?.window ?? { start: at, end: at };
  const total = sumOf(inMonth);
  const isFinal = isClosed(window.end) && inMonth.length > 0 && inMonth.every(({ finality }) => finality === 'final');
  const tenants = sumsBy(inMonth, ({ tenant }) => tenant);
  const models = sumsBy(inMonth, ({ model }) => model);
  return {
    ...window,
    zone,
    label,
    finality: isFinal ? 'final' : 'provisional',
    evidence: isFinal ? evidenceOf(inMonth) : [],
    ...told(total),
    amount: amountOf(invoices),
    currency: euro.code,
    byTenant: tenants.map(([tenant, sum]) => ({
      tenant,
      name: accounts.tenant(tenant as TenantId)?.name ?? tenant,
      ...told(sum),
      amount: amountOf(invoices.filter(({ key }) => key.tenant === tenant)),
    })),
    byModel: models.map(([model, sum]) => ({ model, ...told(sum), share: total.requests === 0n ? 0 : Number(sum.requests) / Number(total.requests) })),
  };
}

/** Sums over many keys, which may be larger than a number holds exactly. */
type Sums = { readonly requests: bigint; readonly inputTokens: bigint; readonly outputTokens: bigint };

function sumOf(rows: readonly MonthRow[]): Sums {
  const sum = (count: (value: UsageTotals) => number): bigint => rows.reduce((all, { value }) => all + BigInt(count(value)), 0n);
  return { requests: sum((one) => one.requests), inputTokens: sum((one) => one.inputTokens), outputTokens: sum((one) => one.outputTokens) };
}

function sumsBy(rows: readonly MonthRow[], name: (key: UsageKey) => string): [string, Sums][] {
  const sums = [...Map.groupBy(rows, ({ key }) => name(key))].map(([of, some]): [string, Sums] => [of, sumOf(some)]);
  return sums.sort(([, a], [, b]) => (a.requests < b.requests ? 1 : a.requests > b.requests ? -1 : 0));
}

const told = ({ requests, inputTokens, outputTokens }: Sums): object => ({ requests: exactly(requests), inputTokens: exactly(inputTokens), outputTokens: exactly(outputTokens) });

/** A count as JSON has it: a number, or its digits as text where a number would not be exact. */
const exactly = (count: bigint): number | string => (count <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(count) : count.toString());

/** What all of it adds up to, rounded once; invoices round line by line, and may differ by that. */
function amountOf(invoices: readonly InvoiceRow[]): string {
  const amount = invoices.flatMap(({ value }) => value).reduce((sum, one) => sum + one.amount, 0n);
  return minorText(roundToMinor(pico(amount), euro), euro);
}
