import { expect, test } from 'vitest';
import { keyId, requestId, tenantId, userId } from '../domain/names.ts';
import { WorkMeter } from './work-meter.ts';

const call = (id: string, user: string) => ({ id: requestId(id), tenant: tenantId('ada'), user: userId(user), key: keyId('k') });
const tokens = (inputTokens: number, outputTokens: number, cachedInputTokens = 0) => ({ inputTokens, cachedInputTokens, outputTokens });

function meter() {
  let now = 1_000.7;
  return { meter: new WorkMeter(() => now), pass: (ms: number) => void (now += ms) };
}

test('it is busy while at least one call is under way', () => {
  const { meter: work, pass } = meter();
  pass(10);
  work.begin(call('1', 'a'));
  pass(20);
  work.begin(call('2', 'a'));
  pass(30);
  work.end(requestId('1'));
  pass(40);
  expect(work.sample()).toMatchObject({ clockMs: 100, busyMs: 90, running: 1 });
  work.end(requestId('2'));
  work.end(requestId('2'));
  pass(50);
  expect(work.sample()).toMatchObject({ clockMs: 150, busyMs: 90, running: 0 });
});

test('each span has what was made in it, of whom, and no more; what goes on has a part in the next one', () => {
  const { meter: work } = meter();
  work.begin(call('1', 'a'));
  work.begin(call('2', 'b'));
  work.counted(requestId('1'), tokens(10, 1, 4));
  work.counted(requestId('1'), tokens(10, 3, 4));
  work.counted(requestId('1'), tokens(10, 2, 4));
  expect(work.sample().work.map(({ user, calls, units }) => [user, calls, units])).toEqual([['a', 1, 6 * 10 + 4 + 3 * 40], ['b', 1, 0]]);
  work.counted(requestId('1'), tokens(10, 4, 4));
  work.end(requestId('1'));
  work.end(requestId('2'));
  work.counted(requestId('2'), tokens(1, 1));
  expect(work.sample().work.map(({ user, calls, units }) => [user, calls, units])).toEqual([['a', 1, 40], ['b', 1, 0]]);
  expect(work.sample().work).toEqual([]);
});

test('parts of milliseconds are not lost between samples', () => {
  const { meter: work, pass } = meter();
  work.begin(call('1', 'a'));
  let last = { clockMs: 0, busyMs: 0 };
  let spans = 0;
  for (let i = 0; i < 100; i++) {
    pass(1.25);
    const next = work.sample();
    spans += next.busyMs - last.busyMs;
    last = next;
  }
  expect([spans, last.clockMs]).toEqual([125, 125]);
});
