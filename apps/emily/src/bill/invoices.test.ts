import { log, outOfOrder, pipeline } from 'millrace';
import { testDriver } from 'millrace/testing';
import { expect, test } from 'vitest';
import type { Rated } from '../domain/metered.ts';
import { pico } from '../domain/money.ts';
import { epochMs, modelId, priceId, requestId, tenantId, userId } from '../domain/names.ts';
import { invoices } from './invoices.ts';

const usage = (time: string, more: Partial<Rated> = {}): Rated => ({
  id: requestId('r'),
  at: epochMs(Date.parse(time)),
  tenant: tenantId('ada'),
  user: userId('ana'),
  key: null,
  model: modelId('phi-4'),
  priceId: priceId('a'),
  units: { requests: 1, inputTokens: 3, cachedInputTokens: 0, outputTokens: 5 },
  amount: pico(10n),
  ...more,
});

function billed(rated: readonly Rated[], zone = 'Europe/Berlin'): readonly (readonly string[])[] {
  const driver = testDriver(pipeline('test', (app) => ({
    invoices: invoices(app.source('rated', log<Rated>(), { time: (one) => one.at, complete: outOfOrder(0) }), 'invoices', zone),
  })));
  driver.source('rated').send(...rated);
  return driver.table('invoices').scan().map(({ key, window, value, finality }) => [
    `${key.tenant}/${key.user}`,
    new Date(window!.start).toISOString(),
    new Date(window!.end).toISOString(),
    finality,
    ...value.map(({ priceId: price, requests, amount, writtenOff, voided }) => `${requests} at ${price}: ${amount}${writtenOff === undefined ? '' : `, ${writtenOff} less`}${voided === undefined ? '' : `, ${voided} voided`}`),
  ]);
}

test('what was voided is taken off, and said, in the month in which it was: that may owe less than nothing', () => {
  const back: Partial<Rated> = { voids: requestId('r'), units: { requests: -1, inputTokens: -3, cachedInputTokens: 0, outputTokens: -5 }, amount: pico(-10n) };
  const at = '2023-11-30T22:59:00Z';
  expect(billed([usage(at), usage(at), usage(at, back)])[0]?.at(-1)).toBe('1 at a: 10, 1 voided');
  expect(billed([usage(at), usage('2023-11-30T23:01:00Z', back)]).map((bill) => bill.at(-1))).toEqual(['1 at a: 10', '-1 at a: -10, 1 voided']);
});

test('what was written off is said beside what is owed', () => {
  const at = '2023-11-16T18:15:46Z';
  const less = (writtenOff: bigint): Partial<Rated> => ({ amount: pico(10n - writtenOff), charge: { charged: pico(10n - writtenOff), writtenOff: pico(writtenOff), counts: [] } });
  expect(billed([usage(at), usage(at, less(0n))])[0]?.at(-1)).toBe('2 at a: 20');
  expect(billed([usage(at), usage(at, less(3n)), usage(at), usage(at, less(4n))])[0]?.at(-1)).toBe('4 at a: 33, 7 less');
});

test('each user of each tenant owes one sum for each price', () => {
  const at = '2023-11-16T18:15:46Z';
  const rated = [
    usage(at),
    usage(at, { tenant: tenantId('bob') }),
    usage(at, { priceId: priceId('b'), amount: pico(7n) }),
    usage(at, { user: userId('ben') }),
    usage(at),
  ];
  expect(billed(rated).map(([name, , , , ...sums]) => [name, ...sums])).toEqual([
    ['ada/ana', '2 at a: 20', '1 at b: 7'],
    ['bob/ana', '1 at a: 10'],
    ['ada/ben', '1 at a: 10'],
  ]);
});

test("a month begins and ends at the zone's midnight: in Berlin two hours before UTC's in summer, one in winter", () => {
  // October has summer time until its last Sunday; its end is at 23:00 UTC, its beginning was at 22:00.
  expect(billed([usage('2023-09-30T21:59:59.999Z'), usage('2023-09-30T22:00:00Z'), usage('2023-10-31T22:59:59.999Z'), usage('2023-10-31T23:00:00Z')])).toEqual([
    ['ada/ana', '2023-08-31T22:00:00.000Z', '2023-09-30T22:00:00.000Z', 'final', '1 at a: 10'],
    ['ada/ana', '2023-09-30T22:00:00.000Z', '2023-10-31T23:00:00.000Z', 'final', '2 at a: 20'],
    ['ada/ana', '2023-10-31T23:00:00.000Z', '2023-11-30T23:00:00.000Z', 'provisional', '1 at a: 10'],
  ]);
});

test('the month in which the clock goes forward is an hour short', () => {
  const [, start = '', end = ''] = billed([usage('2024-03-15T12:00:00Z')])[0] ?? [];
  expect([start, end]).toEqual(['2024-02-29T23:00:00.000Z', '2024-03-31T22:00:00.000Z']);
  expect((Date.parse(end) - Date.parse(start)) / 3_600_000).toBe(31 * 24 - 1);
});

test('the same instants are other months elsewhere', () => {
  const months = (zone: string): readonly unknown[] => billed([usage('2023-10-31T15:30:00Z'), usage('2023-10-31T23:30:00Z')], zone).map(([, start]) => start);
  expect(months('UTC')).toEqual(['2023-10-01T00:00:00.000Z']);
  expect(months('Asia/Tokyo')).toEqual(['2023-10-31T15:00:00.000Z']);
  expect(months('Pacific/Auckland')).toEqual(['2023-10-31T11:00:00.000Z']);
  expect(months('Europe/Berlin')).toHaveLength(2);
});

test('amounts are summed exactly beyond what a number can hold', () => {
  const much = pico(2n ** 60n + 1n);
  const at = '2023-11-16T18:15:46Z';
  expect(billed([usage(at, { amount: much }), usage(at, { amount: much }), usage(at, { amount: much })])[0]).toContain(`3 at a: ${3n * (2n ** 60n + 1n)}`);
});
