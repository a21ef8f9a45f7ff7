import { log, outOfOrder, minutes, pipeline } from 'millrace';
import { testDriver, type TestDriver } from 'millrace/testing';
import { expect, test } from 'vitest';
import { budgetId, type Charge } from '../domain/budget.ts';
import { pico } from '../domain/money.ts';
import { called, lapsed, units, voided } from '../domain/testing/facts.ts';
import type { UsageEvent } from '../domain/usage-event.ts';
import type { UsageFact } from '../domain/usage-fact.ts';
import { meter } from './meter.ts';
import { spending, type Spending } from './spending.ts';

function watching(): TestDriver<Spending> {
  return testDriver(
    pipeline('test', (app): Spending => {
      const complete = outOfOrder(minutes(10));
      const facts = app.source('usage', log<UsageFact>(), { time: (fact) => fact.admittedAt, complete });
      const events = app.source('events', log<UsageEvent>(), { time: (event) => event.at, complete });
      return spending(meter(facts, events, { zone: 'Europe/Berlin', replay: true, longestCall: minutes(10) }).calls.usage);
    }),
  );
}

const charge = (charged: bigint, writtenOff: bigint, ...counts: readonly [budget: string, period: string][]): Charge => ({
  charged: pico(charged),
  writtenOff: pico(writtenOff),
  counts: counts.map(([budget, period]) => ({ budget: budgetId(budget), period })),
});

test('what calls were charged is added up for each period of each budget, a call that comes twice once', () => {
  const driver = watching();
  const first = called('r-1', { charge: charge(5n, 0n, ['ada/all', '2026-11'], ['ada/key', 'total']) });
  driver.source('usage').send(...first, first[1], ...called('r-2', { charge: charge(7n, 2n, ['ada/all', '2026-11']) }), ...called('r-3'), lapsed('r-4'));
  driver.source('usage').send(...called('r-5', { outcome: 'failed', units: units(0, 0, 0), charge: charge(0n, 0n, ['ada/all', '2026-12']) }));
  expect(driver.table('spent').scan().map(({ key, value }) => [key.tenant, key.budget, key.period, value])).toEqual([
    ['ada', 'ada/all', '2026-11', 12n],
    ['ada', 'ada/key', 'total', 5n],
  ]);
});

test('what was written off is listed with its call', () => {
  const driver = watching();
  driver.source('usage').send(...called('r-1', { charge: charge(5n, 0n) }), ...called('r-2', { charge: charge(7n, 2n) }));
  expect(driver.table('writtenOff').scan()).toMatchObject([{ key: { tenant: 'ada', id: 'r-2' }, value: { user: 'ana', model: 'phi-4', charged: 7n, writtenOff: 2n } }]);
});

test('what was voided is spent no more, nor written off', () => {
  const driver = watching();
  const charged = charge(7n, 2n, ['ada/all', '2026-11']);
  driver.source('usage').send(...called('r-1', { charge: charged }), ...called('r-2', { charge: charged }), voided('r-1', { charge: charged }));
  expect(driver.table('spent').scan().map(({ value }) => value)).toEqual([7n]);
  expect(driver.table('writtenOff').scan()).toMatchObject([{ key: { id: 'r-1' }, value: { charged: 0n, writtenOff: 0n } }, { key: { id: 'r-2' }, value: { charged: 7n, writtenOff: 2n } }]);
});
