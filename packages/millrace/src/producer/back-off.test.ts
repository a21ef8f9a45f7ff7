import { expect, test } from 'vitest';
import { BACK_OFF_MS_MAX, backOffMs } from './back-off.ts';

const least = { next: () => 0 };
const most = { next: () => 1 };

test('each failure doubles the wait, up to 10 s, of which a half is left to chance', () => {
  expect([1, 2, 3, 8, 9, 1_000_000].map((failures) => backOffMs(failures, most))).toEqual([50, 100, 200, 6_400, BACK_OFF_MS_MAX, BACK_OFF_MS_MAX]);
  expect([1, 2, 3].map((failures) => backOffMs(failures, least))).toEqual([25, 50, 100]);
});

test('what the receiver asks for is waited for, within the same limit', () => {
  expect(backOffMs(1, least, 5_000)).toBe(5_000);
  expect(backOffMs(1, least, 60_000)).toBe(BACK_OFF_MS_MAX);
});
