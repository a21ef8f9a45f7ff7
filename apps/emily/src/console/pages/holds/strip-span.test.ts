import { expect, test } from 'vitest';
import type { Producer } from '../../api.ts';
import { stripSpan } from './strip-span.ts';

const at = Date.UTC(2026, 10, 24, 12);
const producer = (from: number, to: number): Producer => ({ producer: 'gateway-1', epoch: 1, sequence: 7, lastAt: to, promise: to, state: 'live', segments: [{ from, to }], gaps: [] });

test('the strip ends now, and is as long as was chosen', () => {
  expect(stripSpan('minutes', { at, producers: [producer(1, 2)] }, { mode: 'serve' })).toEqual({ from: at - 900_000, to: at });
  expect(stripSpan('day', { at, producers: [] }, { mode: 'demo' })).toEqual({ from: at - 86_400_000, to: at });
});

test('of a replay it shows all that any gateway has reported, in the time of the trace', () => {
  expect(stripSpan('hours', { at, producers: [producer(5_000, 9_000), producer(4_000, 6_000)] }, { mode: 'replay' })).toEqual({ from: 4_000, to: 9_000 });
});

test('a replay that has only begun is no stretch of nothing', () => {
  expect(stripSpan('hours', { at, producers: [] }, { mode: 'replay' }).from).toBeLessThan(at);
  const { from, to } = stripSpan('hours', { at, producers: [producer(4_000, 4_000)] }, { mode: 'replay' });
  expect(to).toBeGreaterThan(from);
});
