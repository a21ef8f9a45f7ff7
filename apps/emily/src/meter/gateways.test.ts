import { log, outOfOrder, pipeline } from 'millrace';
import { testDriver } from 'millrace/testing';
import { expect, test } from 'vitest';
import { admitted, finished, refused, someTime } from '../domain/testing/facts.ts';
import { epochMs } from '../domain/names.ts';
import type { UsageFact } from '../domain/usage-fact.ts';
import { gateways, type GatewayState } from './gateways.ts';

function stateAfter(facts: readonly UsageFact[], gateway = 'gateway-1'): GatewayState | undefined {
  const program = pipeline('test', (app) => ({
    gateways: gateways(app.source('usage', log<UsageFact>(), { time: (fact) => fact.admittedAt, complete: outOfOrder(0) })),
  }));
  const driver = testDriver(program);
  driver.source('usage').send(...facts);
  return driver.table('gateways').get(gateway)?.value;
}

const at = (ms: number): { readonly admittedAt: ReturnType<typeof epochMs> } => ({ admittedAt: epochMs(someTime + ms) });

test('a gateway is known by the times of its facts, and by the calls that have not ended', () => {
  const open = admitted('r-2', at(10));
  const state = stateAfter([admitted('r-1', at(5)), open, refused('r-3', at(20)), finished('r-1', at(5))]);
  expect(state).toEqual({ firstAt: someTime + 5, lastAt: someTime + 20, open: [open] });
});

test('what was open stays open until it is ended, whoever lives then', () => {
  const left = admitted('r-1', at(0));
  const facts = [left, admitted('r-2', at(60_000))];
  expect(stateAfter(facts)).toMatchObject({ lastAt: someTime + 60_000, open: [left, { id: 'r-2' }] });
  expect(stateAfter([...facts, finished('r-1', { ...at(0), outcome: 'lost' })])?.open).toMatchObject([{ id: 'r-2' }]);
});

test('each gateway is counted for itself', () => {
  const facts = [refused('r-1', { producer: 'a' }), admitted('r-2', { producer: 'b', ...at(7) })];
  expect([stateAfter(facts, 'a'), stateAfter(facts, 'b')]).toMatchObject([{ lastAt: someTime, open: [] }, { lastAt: someTime + 7, open: [{ id: 'r-2' }] }]);
  expect(stateAfter(facts, 'c')).toBeUndefined();
});
