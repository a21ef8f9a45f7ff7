import { calendar, type Stream, type Table } from 'millrace';
import type { Rated } from '../domain/metered.ts';
import type { PriceId, TenantId, UserId } from '../domain/names.ts';

export type InvoiceKey = { tenant: TenantId; user: UserId };

/** What one price adds up to: exact, not yet rounded; and what of it no budget had room for, which is not asked for. */
export type InvoiceSum = {
  readonly priceId: PriceId;
  readonly requests: number;
  readonly amount: bigint;
  readonly writtenOff?: bigint;
  /** Requests that were taken back, and are not among `requests` any more. */
  readonly voided?: number;
};

/**
 * The invoices: what each user owes in each calendar month, by price.
 *
 * While its month is open an invoice is provisional and grows with every request; when the month
 * closes it is final. Requests of all invoices add up to those of the meter.
 */
export function invoices(rated: Stream<Rated>, name: string, zone: string): Table<InvoiceKey, readonly InvoiceSum[]> {
  return rated
    .keyBy<InvoiceKey>({ tenant: (one) => one.tenant, user: (one) => one.user })
    .window(calendar.month(zone))
    .aggregate(
      {
        create: (): InvoiceSum[] => [],
        add: (sums, one) => added(sums, one),
        result: (sums): readonly InvoiceSum[] => sums,
      },
      { name, keep: 'forever' },
    );
}

/** A new list, so that what has left keeps what it said. */
function added(sums: readonly InvoiceSum[], { priceId, units, amount, charge, voids }: Rated): InvoiceSum[] {
  const found = sums.find((sum) => sum.priceId === priceId);
  const { requests } = units;
  const writtenOff = (found?.writtenOff ?? 0n) + (charge?.writtenOff ?? 0n);
  const voided = (found?.voided ?? 0) + (voids === undefined ? 0 : -requests);
  const sum: InvoiceSum = { priceId, requests: (found?.requests ?? 0) + requests, amount: (found?.amount ?? 0n) + amount, ...(writtenOff > 0n ? { writtenOff } : {}), ...(voided > 0 ? { voided } : {}) };
  return found === undefined ? [...sums, sum] : sums.map((one) => (one === found ? sum : one));
}
