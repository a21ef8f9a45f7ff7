import { expect, test } from 'vitest';
import { Scaler, type Scaling } from './scaling.ts';

const terms: Scaling = { min: 1, max: 4, callsPerReplica: 10, upAfterMs: 10_000, downAfterMs: 60_000 };

/** What is wanted, second by second, under these loads. */
function run(loads: readonly number[], some: Partial<Scaling> = {}): number[] {
  const scaler = new Scaler({ ...terms, ...some });
  return loads.map((calls, second) => scaler.wanted(calls, second * 1_000));
}

const during = (seconds: number, calls: number): number[] => Array.from({ length: seconds }, () => calls);

test('it grows at once to what was needed for ten seconds, and no sooner', () => {
  const wanted = run(during(15, 25));
  expect(wanted.slice(0, 10)).toEqual(during(10, 1));
  expect(wanted.slice(10)).toEqual(during(5, 3));
});

test('a burst starts nothing', () => {
  expect(new Set(run([...during(30, 5), ...during(9, 100), ...during(30, 5)]))).toEqual(new Set([1]));
});

test('there are never more than the most, nor fewer than the least', () => {
  expect(run(during(30, 1_000)).at(-1)).toBe(4);
  expect(run(during(300, 0), { min: 2 }).at(-1)).toBe(2);
  expect(run(during(300, 0), { min: 0 }).at(-1)).toBe(0);
});

test('it shrinks to what did for a whole minute', () => {
  const wanted = run([...during(20, 40), ...during(100, 12)]);
  expect(wanted[19]).toBe(4);
  expect(wanted.indexOf(2)).toBe(80);
  expect(wanted.at(-1)).toBe(2);
});

test('one that would leave the others too full stays', () => {
  expect(run([...during(20, 15), ...during(200, 9)]).at(-1)).toBe(2);
  expect(run([...during(20, 15), ...during(200, 8)]).at(-1)).toBe(1);
});
