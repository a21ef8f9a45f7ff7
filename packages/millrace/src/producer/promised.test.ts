import { expect, test } from 'vitest';
import type { Clock } from '../port/clock.ts';
import { HandClock } from '../testing/fixture-clock.ts';
import { Promised } from './promised.ts';

function clockOf(times: { now: number; monotonic: number }): Clock {
  const clock = new HandClock();
  clock.now = () => times.now;
  clock.monotonic = () => times.monotonic;
  return clock;
}

test('without a better one it is 10 s behind the clock, and never below 0', () => {
  const times = { now: 3_000, monotonic: 1.5 };
  const promised = new Promised('p', clockOf(times), undefined);
  expect(promised.next(0)).toBe(0);
  Object.assign(times, { now: 15_000, monotonic: 12_001.5 });
  expect(promised.next(0)).toBe(5_000);
});

test('a clock that is set forward does not move it, one that is set back holds it', () => {
  const times = { now: 100_000, monotonic: 0 };
  const promised = new Promised('p', clockOf(times), undefined);
  Object.assign(times, { now: 3_700_000, monotonic: 100 });
  expect(promised.next(0)).toBe(90_100);
  Object.assign(times, { now: 60_000, monotonic: 200 });
  expect(promised.next(90_100)).toBe(90_100);
});

test('it never goes back, and must be a time', () => {
  let answer: unknown = 7;
  const promised = new Promised('p', new HandClock(), () => answer as number);
  expect(promised.next(5)).toBe(7);
  expect(promised.next(9)).toBe(9);
  for (answer of [-1, 0.5, Number.NaN, undefined, '7']) expect(() => promised.next(5)).toThrow(`the promise of 'p' is ${String(answer)}`);
});
