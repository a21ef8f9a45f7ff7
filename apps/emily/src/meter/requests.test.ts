import { log, minutes, outOfOrder, pipeline } from 'millrace';
import { testDriver, type TestDriver } from 'millrace/testing';
import { expect, test } from 'vitest';
import { admitted, called, finished, lapsed, refused, someTime } from '../domain/testing/facts.ts';
import { epochMs, tenantId } from '../domain/names.ts';
import type { UsageFact } from '../domain/usage-fact.ts';
import { openOf, requests, type Requests } from './requests.ts';

const LONGEST = minutes(10);

function watching(...facts: readonly UsageFact[]): TestDriver<Requests> {
  const driver = testDriver(
    pipeline('test', (app): Requests => requests(app.source('usage', log<UsageFact>(), { time: (fact) => fact.admittedAt, complete: outOfOrder(0) }), LONGEST)),
  );
  driver.source('usage').send(...facts);
  return driver;
}

const open = (driver: TestDriver<Requests>): unknown[] => driver.table('lifetimes').scan().flatMap(({ key, value }) => (openOf(value) === undefined ? [] : [`${key.tenant}/${key.id}`]));
const unended = (driver: TestDriver<Requests>): unknown[] => driver.table('unended').scan().map(({ key, value }) => [key.id, value.admitted?.admittedAt, value.end?.outcome]);
const at = (ms: number): { readonly admittedAt: ReturnType<typeof epochMs> } => ({ admittedAt: epochMs(someTime + ms) });

test('a request is open from its admission to its end, whoever lives then; one that was refused never is', () => {
  const driver = watching(admitted('r-1'), admitted('r-2'), refused('r-3'), admitted('r-1', { tenant: tenantId('bob') }));
  expect(open(driver)).toEqual(['ada/r-1', 'ada/r-2', 'bob/r-1']);
  driver.source('usage').send(finished('r-1'), finished('r-2', { outcome: 'lost' }));
  expect(open(driver)).toEqual(['bob/r-1']);
  // What was lost with its gateway is listed.
  expect(unended(driver)).toEqual([['r-2', undefined, 'lost']]);
});

test('a reserve that lapsed ends no request: it may end yet', () => {
  const driver = watching(admitted('r-1'), lapsed('r-1', at(1)));
  expect(open(driver)).toEqual(['ada/r-1']);
});

test('a gap may make the end come first: then the request was never open, and ended in time', () => {
  const [begin, end] = called('r-1');
  const driver = watching(end, begin, admitted('r-2', at(1)), finished('r-2', at(1)));
  expect(open(driver)).toEqual([]);
  driver.source('usage').send(refused('r-3', at(LONGEST + 2)));
  driver.source('usage').end();
  expect(unended(driver)).toEqual([]);
});

test('one that has no end within the longest call is settled and listed, at the limit and not before', () => {
  const driver = watching(admitted('r-1'), refused('r-2', at(LONGEST)));
  expect([open(driver), unended(driver)]).toEqual([['ada/r-1'], []]);
  driver.source('usage').send(refused('r-3', at(LONGEST + 1)));
  expect([open(driver), unended(driver)]).toEqual([[], [['r-1', someTime, undefined]]]);
});

test('an end after that is late usage: it is listed with the request, the first of it', () => {
  const driver = watching(admitted('r-1'), refused('r-2', at(LONGEST + 1)), finished('r-1', { outcome: 'cancelled' }), finished('r-1'), finished('r-9'));
  expect(unended(driver)).toEqual([['r-1', someTime, 'cancelled'], ['r-9', undefined, 'completed']]);
});

test('what is final is forgotten once nothing can come any more that it would have to judge, with the next that is due', () => {
  const driver = watching(...called('r-1'), ...called('r-2', at(1)), ...called('r-3', at(3 * LONGEST + 10)), refused('r-4', at(3 * LONGEST + 20)));
  expect(driver.table('lifetimes').scan()).toEqual([]);
  const { states } = driver.status();
  expect([states['requests']?.entries, states['requests final']?.entries]).toEqual([0, 1]);
});
