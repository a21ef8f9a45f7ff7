import type { Program, Row } from 'millrace';
import { invoiceDocument, type InvoiceTerms } from '../bill/invoice-document.ts';
import { picoText, type Currency } from '../domain/money.ts';
import type { PriceId } from '../domain/names.ts';
import { priceOf } from '../price/price.ts';
import type { EmilyTables } from './program.ts';
import { isCharged, summaryOf, type NumberedFact, type RequestSummary } from './request-book.ts';
import { factView, requestView, whyCharged } from './request-view.ts';

export type LineageTerms = { readonly zone: string; readonly currency: Currency };

/**
 * What became of a request: its facts, the price that was locked for it, and, where it is charged, the windows of
 * usage and the line of the invoice that it went to, each with how sure that is. Undefined where there are no facts.
 */
export async function requestLineage(program: Program<EmilyTables>, facts: readonly NumberedFact[], { zone, currency }: LineageTerms): Promise<object | undefined> {
  const request = facts.reduce<RequestSummary | undefined>((known, { fact }) => summaryOf(fact, known) ?? known, undefined);
  if (request === undefined) return undefined;
  const { id, tenant, priceId } = request;
  const [windows, invoice, unended] = await Promise.all([
    windowsOf(program, request),
    invoiceOf(program, request, { zone, currency }),
    tenant === null ? undefined : program.tables.unended.get({ tenant, id }),
  ]);
  return {
    request: { ...requestView(request, currency), why: whyCharged(request) },
    facts: facts.map(factView),
    price: priceId === null ? null : priceView(priceId, currency),
    windows,
    invoice,
    unended: unended === undefined ? null : { timedOut: unended.value.admitted !== null, endCameLate: unended.value.end !== null },
  };
}

function priceView(id: PriceId, currency: Currency): object {
  const { validFrom, perRequest, reason } = priceOf(id);
  return { id, unit: 'requests', unitPrice: picoText(perRequest), currency: currency.code, validFrom, reason };
}

/** The minute and the month of its usage, where it is counted there and that is kept. */
async function windowsOf({ tables }: Program<EmilyTables>, request: RequestSummary): Promise<readonly object[]> {
  const { tenant, user, key, model, admittedAt } = request;
  if (!isCharged(request) || tenant === null || user === null || key === null || model === null) return [];
  const usage = { tenant, user, key, model: model as never };
  const [minute, month] = await Promise.all([tables.perMinute.get(usage, admittedAt), tables.perMonth.get(usage, admittedAt)]);
  return [...windowView('minute', minute), ...windowView('month', month)];
}

function windowView(window: 'minute' | 'month', row: Row<unknown, { readonly requests: number }> | undefined): readonly object[] {
  if (row?.window === undefined) return [];
  const { start, end } = row.window;
  return [{ window, start, end, requests: row.value.requests, finality: row.finality, evidence: row.evidence }];
}

async function invoiceOf({ tables }: Program<EmilyTables>, request: RequestSummary, { zone, currency }: LineageTerms): Promise<object | null> {
  const { tenant, user, admittedAt, priceId } = request;
  if (!isCharged(request) || tenant === null || user === null) return null;
  const row = await tables.invoices.get({ tenant, user }, admittedAt);
  if (row === undefined) return null;
  const terms: InvoiceTerms = { measured: 'here', zone, currency, perRequest: (price) => priceOf(price).perRequest };
  const { lines, ...invoice } = invoiceDocument(row, terms);
  return { ...invoice, line: lines.find((line) => line.priceId === priceId) ?? null };
}
