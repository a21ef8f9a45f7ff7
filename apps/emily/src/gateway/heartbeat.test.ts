import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PROMISE_AT_LEAST_EVERY_MS, PROMISE_EVERY_MS, startHeartbeat } from './heartbeat.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('it promises at once, each second with news, each ten seconds without, and no more once it is ended', () => {
  let promises = 0;
  const facts = { hasNews: false, promise: (): void => void promises++ };
  const end = startHeartbeat(facts);
  expect(promises).toBe(1);
  vi.advanceTimersByTime(PROMISE_AT_LEAST_EVERY_MS - 1);
  expect(promises).toBe(1);
  vi.advanceTimersByTime(1);
  expect(promises).toBe(2);
  facts.hasNews = true;
  vi.advanceTimersByTime(3 * PROMISE_EVERY_MS);
  expect(promises).toBe(5);
  facts.hasNews = false;
  vi.advanceTimersByTime(PROMISE_AT_LEAST_EVERY_MS - 1);
  expect(promises).toBe(5);
  end();
  vi.advanceTimersByTime(2 * PROMISE_AT_LEAST_EVERY_MS);
  expect(promises).toBe(5);
});
