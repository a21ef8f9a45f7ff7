import type { Program, Row, Status } from 'millrace';
import type { Accounts } from '../account/accounts.ts';
import type { InvoiceKey, InvoiceSum } from '../bill/invoices.ts';
import { monthLabel } from '../bill/invoice-document.ts';
import { euro, minorText, pico, roundToMinor } from '../domain/money.ts';
import type { TenantId } from '../domain/names.ts';
import type { ReplicaStatus } from '../fleet/fleet.ts';
import type { UsageKey, UsageTotals } from '../meter/meter.ts';
import type { ProducerState } from '../meter/producers.ts';
import { asOf } from './as-of.ts';
import type { EmilyTables } from './program.ts';
import { plus } from './usage-query.ts';

export type LiveOptions = {
  readonly program: Program<EmilyTables>;
  readonly accounts: Accounts;
  readonly zone: string;
  readonly now: () => number;
  readonly replicas: () => readonly ReplicaStatus[];
  readonly replay: () => { readonly rows: number; readonly done: number; readonly finished: boolean } | null;
  /** The gateway of this process. */
  readonly producer: string;
};

/** Rates are means over so many ms. */
const RATE_MS = 10_000;

/** How things stand, complete in itself: what the console's stream says about once a second. */
export async function now(options: LiveOptions): Promise<object> {
  const { program, zone, accounts, replicas, producer } = options;
  const { perSecond, perMonth, invoices, producers } = program.tables;
  const replay = options.replay();
  const clock = options.now();
  const status = program.status();
  const known = asOf(program);
  // All are asked before any is waited for, so that they answer as of the same commit.
  const [seconds, usage, bills, gateways] = await Promise.all([perSecond.scan(), perMonth.scan(), invoices.scan(), producers.scan()]);
  // In a replay the time is the trace's: that of the newest second with usage.
  const newest = seconds.reduce((latest, { window }) => Math.max(latest, window?.start ?? 0), 0);
  const at = replay === null || newest === 0 ? clock : newest;
  const recent = seconds.filter(({ window }) => window !== undefined && window.start > at - RATE_MS && window.start <= at);
  const rate = (count: (value: UsageTotals & { refused: number }) => number): number =>
    Math.round((recent.reduce((sum, { value }) => sum + count(value), 0) * 10_000) / RATE_MS) / 10;
  const requestsPerSecond = rate((value) => value.requests);
  return {
    at: clock,
    ...known,
    rates: {
      requestsPerSecond,
      inputTokensPerSecond: rate((value) => value.inputTokens),
      outputTokensPerSecond: rate((value) => value.outputTokens),
      inFlight: replicas().reduce((sum, { outstanding }) => sum + outstanding, 0),
      refusedPerSecond: rate((value) => value.refused),
    },
    month: monthOf(usage, bills, at, zone, accounts),
    producers: gateways.map((row) => gatewayOf(row, producer)),
    replay: replay === null ? null : { ...replay, requestsPerSecond },
    health: {
      replicas: replicas().map(({ id, model, healthy, outstanding }) => ({ id, model, state: healthy ? 'ready' : 'unhealthy', outstanding })),
      bad: status.bad,
      late: lateOf(status),
    },
  };
}

/** Each late fact once: a minute closes before the month it is in, and what is too old to be known as a repetition reaches neither. */
const lateOf = ({ states }: Status): number => (states['usage-per-minute']?.late ?? 0) + (states['events-seen']?.late ?? 0);

type MonthRow = Row<UsageKey, UsageTotals>;
type InvoiceRow = Row<InvoiceKey, readonly InvoiceSum[]>;

/** The month that holds `at`: its usage and its bill so far, by tenant and by model. */
function monthOf(usage: readonly MonthRow[], bills: readonly InvoiceRow[], at: number, zone: string, accounts: Accounts): object {
  const label = monthLabel(at, zone);
  const inMonth = usage.filter(({ window }) => window !== undefined && window.start <= at && at < window.end);
  const invoices = bills.filter(({ window }) => window !== undefined && window.start <= at && at < window.end);
  const window = inMonth[0]?.window ?? { start: at, end: at };
  const total = inMonth.reduce((sum, { value }) => plus(sum, value), plus());
  const finality = inMonth.length > 0 && inMonth.every((row) => row.finality === 'final') ? 'final' : 'provisional';
  const tenants = sumsBy(inMonth, ({ tenant }) => tenant);
  const models = sumsBy(inMonth, ({ model }) => model);
  return {
    ...window,
    zone,
    label,
    finality,
    evidence: finality === 'final' ? [...new Set(inMonth.flatMap((row) => row.evidence))] : [],
    ...withoutCached(total),
    amount: amountOf(invoices),
    currency: euro.code,
    byTenant: tenants.map(([tenant, sum]) => ({
      tenant,
      name: accounts.tenant(tenant as TenantId)?.name ?? tenant,
      ...withoutCached(sum),
      amount: amountOf(invoices.filter(({ key }) => key.tenant === tenant)),
    })),
    byModel: models.map(([model, sum]) => ({ model, ...withoutCached(sum), share: total.requests === 0 ? 0 : sum.requests / total.requests })),
  };
}

function sumsBy(rows: readonly MonthRow[], name: (key: UsageKey) => string): [string, UsageTotals][] {
  const sums = new Map<string, UsageTotals>();
  for (const { key, value } of rows) sums.set(name(key), plus(sums.get(name(key)), value));
  return [...sums].sort(([, a], [, b]) => b.requests - a.requests);
}

const withoutCached = ({ requests, inputTokens, outputTokens }: UsageTotals): object => ({ requests, inputTokens, outputTokens });

/** What all of it adds up to, rounded once; invoices round line by line, and may differ by that. */
function amountOf(invoices: readonly InvoiceRow[]): string {
  const amount = invoices.flatMap(({ value }) => value).reduce((sum, one) => sum + one.amount, 0n);
  return minorText(roundToMinor(pico(amount), euro), euro);
}

function gatewayOf({ key, value }: Row<string, ProducerState>, own: string): object {
  const { epoch, sequence, lastAt } = value;
  const gaps = value.gaps.map(({ from, to, first, last }) => ({ from, to, ranges: [[first, last]] }));
  return { producer: key, epoch, sequence, lastAt, state: key === own ? 'live' : 'closed', segments: segmentsOf(value), gaps };
}

/** The stretches between the gaps. */
function segmentsOf({ firstAt, lastAt, gaps }: ProducerState): object[] {
  const segments: object[] = [];
  let from: number = firstAt;
  for (const gap of gaps) {
    segments.push({ from, to: gap.from });
    from = gap.to;
  }
  return [...segments, { from, to: lastAt }];
}
