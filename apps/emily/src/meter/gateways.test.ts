import { log, outOfOrder, pipeline } from 'millrace';
import { testDriver } from 'millrace/testing';
import { expect, test } from 'vitest';
import { admitted, finished, refused, someTime } from '../domain/testing/facts.ts';
import { epochMs } from '../domain/names.ts';
import type { UsageFact } from '../domain/usage-fact.ts';
import { gateways, type GatewayTimes } from './gateways.ts';

function timesAfter(facts: readonly UsageFact[], gateway = 'gateway-1'): GatewayTimes | undefined {
  const program = pipeline('test', (app) => ({
    gateways: gateways(app.source('usage', log<UsageFact>(), { time: (fact) => fact.admittedAt, complete: outOfOrder(0) })),
  }));
  const driver = testDriver(program);
  driver.source('usage').send(...facts);
  return driver.table('gateways').get(gateway)?.value;
}

const at = (ms: number): { readonly admittedAt: ReturnType<typeof epochMs> } => ({ admittedAt: epochMs(someTime + ms) });

test('a gateway is known by the times of its facts, whatever their order', () => {
  expect(timesAfter([admitted('r-2', at(10)), admitted('r-1', at(5)), refused('r-3', at(20)), finished('r-1', at(5))])).toEqual({ firstAt: someTime + 5, lastAt: someTime + 20 });
});

test('each gateway is known for itself', () => {
  const facts = [refused('r-1', { producer: 'a' }), admitted('r-2', { producer: 'b', ...at(7) })];
  expect([timesAfter(facts, 'a'), timesAfter(facts, 'b')]).toMatchObject([{ lastAt: someTime }, { lastAt: someTime + 7 }]);
  expect(timesAfter(facts, 'c')).toBeUndefined();
});
