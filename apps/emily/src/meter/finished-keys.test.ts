import { days, hours, log, outOfOrder, pipeline } from 'millrace';
import { testDriver } from 'millrace/testing';
import { expect, test } from 'vitest';
import { admitted, finished, someTime } from '../domain/testing/facts.ts';
import { projectId } from '../domain/budget.ts';
import { epochMs, tenantId } from '../domain/names.ts';
import type { UsageFact } from '../domain/usage-fact.ts';
import { finishedKeys } from './finished-keys.ts';

function keysAfter(facts: readonly UsageFact[], replay = false): readonly (readonly string[])[] {
  const program = pipeline('test', (app) => ({
    keys: finishedKeys(app.source('usage', log<UsageFact>(), { time: (fact) => fact.admittedAt, complete: outOfOrder(0) }), { replay }),
  }));
  const driver = testDriver(program);
  driver.source('usage').send(...facts);
  return driver.table('keys').scan().map(({ key, value }) => [key.tenant, key.key, value.requestId, value.bodyHash]);
}

const keyed = (idempotencyKey: string): { idempotencyKey: string; bodyHash: string } => ({ idempotencyKey, bodyHash: `hash of ${idempotencyKey}` });

test('the key of a call that was made and charged is spent; one that failed or was lost is free', () => {
  expect(keysAfter([
    admitted('r-1', keyed('open')),
    finished('r-2', keyed('done')),
    finished('r-3', { ...keyed('left'), outcome: 'cancelled' }),
    finished('r-4', { ...keyed('failed'), outcome: 'failed' }),
    finished('r-5', { ...keyed('lost'), outcome: 'lost' }),
    finished('r-6'),
  ])).toEqual([['ada', 'done', 'r-2', 'hash of done'], ['ada', 'left', 'r-3', 'hash of left']]);
});

test('the same key of two tenants is two keys', () => {
  const facts = [finished('r-1', keyed('k')), finished('r-2', { ...keyed('k'), tenant: tenantId('bob') })];
  expect(keysAfter(facts)).toEqual([['ada', 'k', 'r-1', 'hash of k'], ['bob', 'k', 'r-2', 'hash of k']]);
});

test('the same key in two projects is two keys', () => {
  const facts = [finished('r-1', keyed('k')), finished('r-2', { ...keyed('k'), project: projectId('web') }), finished('r-3', { ...keyed('k'), project: projectId('app') })];
  expect(keysAfter(facts).map(([, key, request]) => [key, request]).toSorted()).toEqual([['app k', 'r-3'], ['k', 'r-1'], ['web k', 'r-2']]);
});

test('a key is remembered for a day at least, and in a replay for ever', () => {
  const spent = (after: number, key: string): UsageFact => finished(`r-${key}`, { ...keyed(key), admittedAt: epochMs(someTime + after) });
  const facts = [spent(0, 'a'), spent(hours(23), 'b'), spent(days(1), 'c')];
  expect(keysAfter(facts).map(([, key]) => key)).toEqual(['a', 'b', 'c']);
  const later = [...facts, spent(days(3), 'd'), spent(days(5), 'e')];
  expect(keysAfter(later).map(([, key]) => key)).toEqual(['d', 'e']);
  expect(keysAfter(later, true)).toHaveLength(5);
});
