import { expect, test } from 'vitest';
import { tenantId } from '../domain/names.ts';
import { OpenCalls } from './open-calls.ts';

const ada = tenantId('ada');
const bob = tenantId('bob');
const code = (what: string) => expect.objectContaining({ code: what });

test('a tenant has its limit, all have one together, and who leaves makes room', () => {
  const calls = new OpenCalls({ openCallsMax: 3, openCallsPerTenantMax: 2, openBodyBytesMax: 1_000 });
  const first = calls.enter(ada, 1);
  calls.enter(ada, 1);
  expect(() => calls.enter(ada, 1)).toThrow(code('too_many_open_calls'));
  calls.enter(bob, 1);
  expect(() => calls.enter(bob, 1)).toThrow(code('overloaded'));
  calls.leave(first);
  calls.leave(first);
  calls.enter(bob, 1);
  expect(() => calls.enter(tenantId('eve'), 1)).toThrow(code('overloaded'));
});

test('bodies may fill what is allowed and no byte more, and who leaves takes its own along', () => {
  const calls = new OpenCalls({ openCallsMax: 10, openCallsPerTenantMax: 10, openBodyBytesMax: 100 });
  const large = calls.enter(ada, 60);
  calls.enter(ada, 40);
  expect(() => calls.enter(bob, 1)).toThrow(code('overloaded'));
  calls.leave(large);
  calls.enter(bob, 60);
  expect(() => calls.enter(bob, 1)).toThrow(code('overloaded'));
});

test('draining lets nobody in, and is over when the last has left', async () => {
  const calls = new OpenCalls({ openCallsMax: 10, openCallsPerTenantMax: 10, openBodyBytesMax: 100 });
  const places = [calls.enter(ada, 1), calls.enter(bob, 1)];
  let over = false;
  const drained = calls.drain(60_000).then(() => (over = true));
  expect(() => calls.enter(ada, 1)).toThrow(code('draining'));
  calls.leave(places[0]!);
  await Promise.resolve();
  expect(over).toBe(false);
  calls.leave(places[1]!);
  await drained;
});
