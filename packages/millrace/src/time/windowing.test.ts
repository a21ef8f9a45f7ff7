import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RUNS } from '../testing/fixture-scenario.ts';
import { session } from './own-windowing.ts';
import { TIME_MAX, WINDOW_MS_MAX } from './time-max.ts';
import { calendar, tumbling } from './windowing.ts';

test.each([
  [10, 0, 0, [0, 10]],
  [10, 0, 9, [0, 10]],
  [10, 0, 10, [10, 20]],
  [10, 3, 0, [-7, 3]],
  [10, 3, 3, [3, 13]],
  [10, -3, 6, [-3, 7]],
  [10, -3, 7, [7, 17]],
  [10, 23, 3, [3, 13]],
  [1, 0, 5, [5, 6]],
])('windows of %i with offset %i: %i is in [%i, …)', (size, offset, time, [start, end]) => {
  expect(tumbling(size, offset).at(time)).toEqual({ start, end });
});

test('offsets that differ by whole windows are the same windows, and say so', () => {
  expect(tumbling(10, 23).text).toBe('tumbling 10 ms offset 3 ms');
  expect(tumbling(10, -7).text).toBe('tumbling 10 ms offset 3 ms');
  expect(tumbling(10, 20).text).toBe('tumbling 10 ms');
});

test('windows of any size and offset hold their times, and tile them', () => {
  const property = fc.property(fc.integer({ min: 1, max: WINDOW_MS_MAX }), fc.integer({ min: -1e13, max: 1e13 }), fc.integer({ min: 0, max: TIME_MAX }), (size, offset, time) => {
    const windows = tumbling(size, offset);
    const { start, end } = windows.at(time);
    expect(end - start).toBe(size);
    expect(start).toBeLessThanOrEqual(time);
    expect(end).toBeGreaterThan(time);
    expect((BigInt(start) - BigInt(offset)) % BigInt(size)).toBe(0n);
    expect(windows.at(end).start).toBe(end);
  });
  fc.assert(property, { numRuns: RUNS });
});

test.each([0, -1, 1.5, Number.NaN, Infinity])('a size of %d is refused', (size) => {
  expect(() => tumbling(size)).toThrow('expected a positive whole number of ms');
});

test.each([0.5, Number.NaN, Infinity])('an offset of %d is refused', (offset) => {
  expect(() => tumbling(10, offset)).toThrow('expected a whole number of ms');
});

test('the longest window is the longest of which every end is exact', () => {
  expect(tumbling(WINDOW_MS_MAX).at(TIME_MAX).end).toBeLessThan(2 ** 53);
  for (const make of [tumbling, session]) expect(() => make(WINDOW_MS_MAX + 1)).toThrow(`expected a positive whole number of ms, at most ${WINDOW_MS_MAX}`);
});

test.each(['Pacific/Kiritimati', 'Etc/GMT+12', 'Europe/Berlin', 'UTC'])('calendars in %s know the window of the first time and of the last', (zone) => {
  for (const unit of [calendar.day, calendar.week, calendar.month, calendar.quarter, calendar.year]) {
    for (const time of [0, TIME_MAX]) {
      const { start, end } = unit(zone).at(time);
      expect([start <= time, time < end, Number.isSafeInteger(start), Number.isSafeInteger(end)]).toEqual([true, true, true, true]);
    }
  }
});

test('calendar windows say what they are', () => {
  expect(calendar.month('Europe/Berlin').text).toBe('calendar month Europe/Berlin');
  expect(calendar.day('UTC').at(90_000_000)).toEqual({ start: 86_400_000, end: 172_800_000 });
});
