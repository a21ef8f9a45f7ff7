import fc from 'fast-check';
import type { Row } from 'millrace';
import { expect, test } from 'vitest';
import { euro, pico, type Currency, type Pico } from '../domain/money.ts';
import { priceId, tenantId, userId } from '../domain/names.ts';
import { invoiceDocument, monthLabel, type InvoiceDocument } from './invoice-document.ts';
import type { InvoiceKey, InvoiceSum } from './invoices.ts';

const zone = 'Europe/Berlin';
const november = { start: Date.parse('2023-11-01T00:00:00+01:00'), end: Date.parse('2023-12-01T00:00:00+01:00') };

const sum = (price: string, requests: number, amount: bigint): InvoiceSum => ({ priceId: priceId(price), requests, amount });
const row = (value: readonly InvoiceSum[], more: Partial<Row<InvoiceKey, readonly InvoiceSum[]>> = {}): Row<InvoiceKey, readonly InvoiceSum[]> => ({
  key: { tenant: tenantId('ada'), user: userId('ana') },
  window: november,
  value,
  time: november.end - 1,
  revision: 0,
  finality: 'provisional',
  evidence: [],
  ...more,
});
const documentOf = (value: readonly InvoiceSum[], currency: Currency = euro): InvoiceDocument =>
  invoiceDocument(row(value), { measured: 'here', zone, currency, perRequest: () => pico(2_500_000_000n) });

const tenthOfCent = 1_000_000_000n;

test('a line says by how much it is less than quantity and price make', () => {
  const [line] = documentOf([{ ...sum('a', 3, 65n * tenthOfCent), writtenOff: 10n * tenthOfCent }]).lines;
  expect(line).toEqual({ unit: 'requests', quantity: 3, priceId: 'a', unitPrice: '0.0025', amount: '0.06', writtenOff: '0.01' });
});

test('a line says how many requests were taken back; what is below zero is rounded like what is above', () => {
  const { lines, total } = documentOf([{ ...sum('a', -3, -65n * tenthOfCent), voided: 3 }]);
  expect(lines).toEqual([{ unit: 'requests', quantity: -3, priceId: 'a', unitPrice: '0.0025', amount: '-0.06', voided: 3 }]);
  expect(total).toBe('-0.06');
});

test('an invoice of an open month is provisional and has a line for each price', () => {
  expect(documentOf([sum('a', 3, 15n * tenthOfCent), sum('b', 1, 25n * tenthOfCent)])).toEqual({
    id: '2023-11/ada/ana',
    tenant: 'ada',
    user: 'ana',
    measured: 'here',
    period: { ...november, zone },
    status: 'open',
    lines: [
      { unit: 'requests', quantity: 3, priceId: 'a', unitPrice: '0.0025', amount: '0.02' },
      { unit: 'requests', quantity: 1, priceId: 'b', unitPrice: '0.0025', amount: '0.02' },
    ],
    total: '0.04',
    currency: 'EUR',
    finality: 'provisional',
    evidence: [],
    number: null,
  });
});

test('an invoice of a closed month is final and says on what evidence', () => {
  const closed = row([sum('a', 1, 10n * tenthOfCent)], { finality: 'final', evidence: ['ended'] });
  expect(invoiceDocument(closed, { measured: 'here', zone, currency: euro, perRequest: () => pico(1n) })).toMatchObject({ status: 'final', finality: 'final', evidence: ['ended'] });
});

test('each line rounds once, half to even, and the total is the sum of the rounded lines', () => {
  // Exactly 0.025 EUR + 0.035 EUR = 0.06 EUR; line by line 0.02 + 0.04.
  const { lines, total } = documentOf([sum('a', 10, 25n * tenthOfCent), sum('b', 14, 35n * tenthOfCent)]);
  expect([...lines.map(({ amount }) => amount), total]).toEqual(['0.02', '0.04', '0.06']);
  // Exactly 0.015 EUR; three lines of half a cent are three times nothing.
  expect(documentOf([1, 2, 3].map((n) => sum(`${n}`, 2, 5n * tenthOfCent))).total).toBe('0.00');
});

test('the sum of the lines is the total, whatever the amounts and the currency', () => {
  const cents = (text: string): bigint => BigInt(text.replace('.', ''));
  const amounts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 24n }), { maxLength: 20 });
  fc.assert(fc.property(amounts, fc.constantFrom(0, 2, 3), (list, decimals) => {
    const { lines, total } = documentOf(list.map((amount, n) => sum(`${n}`, 1, amount as Pico)), { code: 'ANY', decimals });
    expect(lines.reduce((all, { amount }) => all + cents(amount), 0n)).toBe(cents(total));
  }));
});

test.each([
  ['2023-10-31T22:59:59.999Z', zone, '2023-10'],
  ['2023-10-31T23:00:00.000Z', zone, '2023-11'],
  ['2024-06-30T22:00:00.000Z', zone, '2024-07'],
  ['2023-12-31T23:30:00.000Z', 'UTC', '2023-12'],
  ['2023-12-31T23:30:00.000Z', 'Asia/Tokyo', '2024-01'],
])('%s in %s is %s', (at, where, label) => {
  expect(monthLabel(Date.parse(at), where)).toBe(label);
});
