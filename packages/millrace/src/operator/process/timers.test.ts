import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Timers } from './timers.ts';

test('nothing is due where there is no timer', () => {
  const timers = new Timers();
  expect(timers.next).toBe(Number.POSITIVE_INFINITY);
  timers.add(5, 1);
  timers.clear();
  expect(timers.next).toBe(Number.POSITIVE_INFINITY);
  expect(timers.size).toBe(0);
});

test('timers come out by time, of one time by row, whatever is put in and taken out in between', () => {
  const few = fc.integer({ min: 0, max: 9 });
  const steps = fc.array(fc.option(fc.record({ time: few, row: few }), { nil: 'take' as const }), { maxLength: 200 });
  const property = fc.property(steps, (list) => {
    const timers = new Timers();
    const expected: { time: number; row: number }[] = [];
    for (const step of list) {
      if (step === 'take') {
        const first = expected.shift();
        if (first === undefined) continue;
        expect(timers.next).toBe(first.time);
        expect(timers.take()).toBe(first.row);
      } else {
        timers.add(step.time, step.row);
        expected.push(step);
        expected.sort((a, b) => a.time - b.time || a.row - b.row);
      }
      expect(timers.size).toBe(expected.length);
      expect(timers.next).toBe(expected[0]?.time ?? Number.POSITIVE_INFINITY);
    }
  });
  fc.assert(property);
});
