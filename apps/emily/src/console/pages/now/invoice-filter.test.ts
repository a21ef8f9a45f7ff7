import { expect, test } from 'vitest';
import type { Invoice } from '../../api.ts';
import { filterInvoices, type InvoiceFilter } from './invoice-filter.ts';

const invoice = (user: string, tenant: string, number: string | null): Invoice => ({
  id: user, tenant, user, number, status: number === null ? 'open' : 'final', period: { start: 0, end: 1, zone: 'UTC' },
  measured: 'here', lines: [], total: '1.00', currency: 'EUR', finality: number === null ? 'provisional' : 'final', evidence: [],
});
const invoices = [invoice('ada', 'ten_a', null), invoice('bob', 'ten_b', '2026-00007'), invoice('adam', 'ten_b', null)];
const all: InvoiceFilter = { search: '', tenant: '', status: '' };
const nameOf = (id: string): string => (id === 'ten_b' ? 'Brightwater Health' : id);
const found = (filter: Partial<InvoiceFilter>): readonly string[] => filterInvoices(invoices, { ...all, ...filter }, nameOf).map(({ user }) => user);

test('an empty filter finds all', () => {
  expect(found({})).toEqual(['ada', 'bob', 'adam']);
});

test('every word must occur, in user, tenant or number, in any case', () => {
  expect(found({ search: 'ADA' })).toEqual(['ada', 'adam']);
  expect(found({ search: ' brightwater  ada ' })).toEqual(['adam']);
  expect(found({ search: '00007' })).toEqual(['bob']);
});

test('tenant and status narrow the search', () => {
  expect(found({ tenant: 'ten_b', status: 'open' })).toEqual(['adam']);
  expect(found({ search: 'ada', status: 'final' })).toEqual([]);
});
