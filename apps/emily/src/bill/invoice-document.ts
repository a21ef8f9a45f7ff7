import type { Row } from 'millrace';
import { minor, minorText, picoText, roundToMinor, type Currency, type Pico } from '../domain/money.ts';
import type { Measured } from '../domain/metered.ts';
import type { PriceId } from '../domain/names.ts';
import type { InvoiceKey, InvoiceSum } from './invoices.ts';

/** An invoice as it is shown and sent: amounts as decimal text. */
export type InvoiceDocument = {
  readonly id: string;
  readonly tenant: string;
  readonly user: string;
  /** Whose usage it bills: an invoice rests on one of the two, and what is sent in makes one of its own. */
  readonly measured: Measured;
  readonly period: { readonly start: number; readonly end: number; readonly zone: string };
  readonly status: 'open' | 'final';
  readonly lines: readonly InvoiceLine[];
  readonly total: string;
  readonly currency: string;
  readonly finality: 'provisional' | 'final';
  readonly evidence: readonly string[];
  /** Given out when invoices are issued; none is yet. */
  readonly number: string | null;
};

export type InvoiceLine = {
  readonly unit: 'requests';
  readonly quantity: number;
  readonly priceId: string;
  readonly unitPrice: string;
  readonly amount: string;
  /** By so much is the amount less than quantity and price make: what no budget had room for. Exact, and left out where it is nothing. */
  readonly writtenOff?: string;
  /** Requests that were taken back, because a retry took their place; `quantity` is without them. Left out where there is none. */
  readonly voided?: number;
};

/** In what invoices are written. */
export type InvoiceTerms = {
  readonly measured: Measured;
  readonly zone: string;
  readonly currency: Currency;
  /** What one request costs at a price. */
  readonly perRequest: (price: PriceId) => Pico;
};

/** Lines are rounded once, half to even; their sum is the total. */
export function invoiceDocument(row: Row<InvoiceKey, readonly InvoiceSum[]>, { measured, zone, currency, perRequest }: InvoiceTerms): InvoiceDocument {
  const { key, value, window, finality, evidence } = row;
  const { start = 0, end = 0 } = window ?? {};
  const rounded = value.map((sum) => ({ sum, amount: roundToMinor(sum.amount as Pico, currency) }));
  const total = rounded.reduce((all, { amount }) => minor(all + amount), minor(0n));
  return {
    id: `${monthLabel(start, zone)}/${key.tenant}/${key.user}${measured === 'here' ? '' : '/elsewhere'}`,
    tenant: key.tenant,
    user: key.user,
    measured,
    period: { start, end, zone },
    status: finality === 'final' ? 'final' : 'open',
    lines: rounded.map(({ sum, amount }) => ({
      unit: 'requests',
      quantity: sum.requests,
      priceId: sum.priceId,
      unitPrice: picoText(perRequest(sum.priceId)),
      amount: minorText(amount, currency),
      ...(sum.writtenOff === undefined ? {} : { writtenOff: picoText(sum.writtenOff as Pico) }),
      ...(sum.voided === undefined ? {} : { voided: sum.voided }),
    })),
    total: minorText(total, currency),
    currency: currency.code,
    finality,
    evidence,
    number: null,
  };
}

/** Year and month of an instant in a zone, `2026-11`. */
export function monthLabel(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit' }).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}`;
}
