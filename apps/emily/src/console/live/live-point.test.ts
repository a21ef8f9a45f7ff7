import { expect, test } from 'vitest';
import type { Now } from '../api.ts';
import { RECENT_POINTS_MAX, rememberPoint, type LivePoint } from './live-point.ts';

const heard = (at: number): Now => ({ at, rates: { requestsPerSecond: at, inputTokensPerSecond: 0, outputTokensPerSecond: 0, inFlight: 0, refusedPerSecond: 0 } }) as Now;
const remember = (...moments: readonly number[]): readonly LivePoint[] => moments.reduce<readonly LivePoint[]>((points, at) => rememberPoint(points, heard(at)), []);

test('an event that a reconnect repeats is one point', () => {
  expect(remember(1, 2, 2, 1, 3).map(({ at }) => at)).toEqual([1, 2, 3]);
});

test('the oldest point makes room at the limit', () => {
  const full = remember(...Array.from({ length: RECENT_POINTS_MAX }, (_, at) => at));
  expect(full).toHaveLength(RECENT_POINTS_MAX);
  const more = rememberPoint(full, heard(RECENT_POINTS_MAX));
  expect(more).toHaveLength(RECENT_POINTS_MAX);
  expect([more[0]?.at, more.at(-1)?.at]).toEqual([1, RECENT_POINTS_MAX]);
});
