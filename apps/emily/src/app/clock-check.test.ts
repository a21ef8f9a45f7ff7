import { expect, test } from 'vitest';
import { epochMs } from '../domain/names.ts';
import { DOWN_MS_MAX, checkClock } from './clock-check.ts';

const LAST = epochMs(Date.UTC(2026, 10, 23));

test('the first start, and one after a year, go by the clock', () => {
  checkClock(LAST, epochMs(0));
  checkClock(LAST, LAST);
  checkClock(epochMs(LAST + DOWN_MS_MAX), LAST);
  checkClock(epochMs(LAST - DOWN_MS_MAX), LAST);
});

test('a start in another age is refused, and says what to do', () => {
  expect(() => checkClock(epochMs(Date.UTC(9999, 0, 1)), LAST)).toThrow(
    expect.objectContaining({
      message: 'the clock says 9999-01-01T00:00:00.000Z, 2911752 days after what was metered last, at 2026-11-23T00:00:00.000Z: expected at most 400.',
      cure: expect.stringContaining('--clock-is-right'),
    }),
  );
  expect(() => checkClock(epochMs(LAST - DOWN_MS_MAX - 1), LAST)).toThrow('400 days before');
});
