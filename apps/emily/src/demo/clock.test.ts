import { expect, test } from 'vitest';
import { sleepMsMax, systemClock } from './clock.ts';

test('the system clock says the time in whole milliseconds since the epoch', () => {
  const before = Date.now();
  const now = systemClock.now();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
  expect(Number.isSafeInteger(now)).toBe(true);
});

test('a sleep ends after its time', async () => {
  const before = performance.now();
  await systemClock.sleep(5);
  expect(performance.now() - before).toBeGreaterThanOrEqual(4);
});

test('a sleep ends with an error when its signal is aborted, before it or during it', async () => {
  const stop = new AbortController();
  const sleeping = systemClock.sleep(60_000, stop.signal);
  stop.abort();
  await expect(sleeping).rejects.toThrow('aborted');
  await expect(systemClock.sleep(60_000, stop.signal)).rejects.toThrow('aborted');
});

test.each([sleepMsMax, sleepMsMax + 1])('a sleep of %d ms does not end at once, as a timer too long for Node does', async (ms) => {
  const stop = new AbortController();
  const first = await Promise.race([
    systemClock.sleep(ms, stop.signal).then(() => 'long', () => 'aborted'),
    systemClock.sleep(10).then(() => 'short'),
  ]);
  stop.abort();
  expect(first).toBe('short');
});
