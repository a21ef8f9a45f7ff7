import { log, outOfOrder, pipeline } from 'millrace';
import { testDriver } from 'millrace/testing';
import { expect, test } from 'vitest';
import { admitted, finished, numbers, refused, someTime } from '../domain/testing/facts.ts';
import { epochMs } from '../domain/names.ts';
import type { UsageFact } from '../domain/usage-fact.ts';
import { producers, type ProducerState } from './producers.ts';

function stateAfter(facts: readonly UsageFact[], producer = 'gateway-1'): ProducerState | undefined {
  const program = pipeline('test', (app) => ({
    producers: producers(app.source('usage', log<UsageFact>(), { time: (fact) => fact.admittedAt, complete: outOfOrder(0) })),
  }));
  const driver = testDriver(program);
  driver.source('usage').send(...facts);
  return driver.table('producers').get(producer)?.value;
}

const at = (ms: number): { readonly admittedAt: ReturnType<typeof epochMs> } => ({ admittedAt: epochMs(someTime + ms) });

test('a gateway is known by its newest epoch, sequence and times, and by the calls that have not ended', () => {
  const next = numbers();
  const first = admitted('r-1', next(), at(5));
  const open = admitted('r-2', next(), at(10));
  const state = stateAfter([first, open, refused('r-3', next(), at(20)), finished('r-1', next(), at(5))]);
  expect(state).toEqual({ epoch: 1, sequence: 3, firstAt: someTime + 5, lastAt: someTime + 20, gaps: [], open: [open] });
});

test('a new start begins a new epoch: numbers begin again, and what was open stays open until it is ended', () => {
  const left = admitted('r-1', numbers(1)());
  const next = numbers(2);
  const facts = [left, admitted('r-2', next(), at(60_000))];
  expect(stateAfter(facts)).toMatchObject({ epoch: 2, sequence: 0, firstAt: someTime + 60_000, gaps: [], open: [left, { id: 'r-2' }] });
  expect(stateAfter([...facts, finished('r-1', next(), { outcome: 'lost' })])).toMatchObject({ epoch: 2, sequence: 1, gaps: [], open: [{ id: 'r-2' }] });
});

test('missing numbers are a gap between the times around it', () => {
  const next = numbers();
  const before = refused('r-1', next(), at(0));
  next();
  next();
  const state = stateAfter([before, refused('r-2', next(), at(100))]);
  expect(state?.gaps).toEqual([{ from: someTime, to: someTime + 100, first: 1, last: 2 }]);
});

test('the first number of a life is 0: what is missing before it is a gap too', () => {
  expect(stateAfter([refused('r-1', { producer: 'gateway-1', epoch: 1, sequence: 2 })])?.gaps).toMatchObject([{ first: 0, last: 1 }]);
});

test('of many gaps the newest hundred are remembered', () => {
  const facts = Array.from({ length: 102 }, (_, i) => refused(`r-${i}`, { producer: 'gateway-1', epoch: 1, sequence: 2 * i + 1 }));
  const gaps = stateAfter(facts)?.gaps;
  expect([gaps?.length, gaps?.[0]?.first, gaps?.at(-1)?.first]).toEqual([100, 4, 202]);
});

test('each gateway is counted for itself', () => {
  const [a, b] = [numbers(1, 'a'), numbers(7, 'b')];
  const facts = [refused('r-1', a()), refused('r-2', b()), refused('r-3', b())];
  expect([stateAfter(facts, 'a'), stateAfter(facts, 'b')]).toMatchObject([{ epoch: 1, sequence: 0, gaps: [] }, { epoch: 7, sequence: 1, gaps: [] }]);
  expect(stateAfter(facts, 'c')).toBeUndefined();
});
