import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RUNS } from '../testing/fixture-scenario.ts';
import { TimeHeap } from './time-heap.ts';

test('an empty heap has no least time, and nothing to remove', () => {
  const heap = new TimeHeap();
  expect(heap.least).toBe(Infinity);
  heap.removeLeast();
  expect([heap.least, heap.size]).toEqual([Infinity, 0]);
  heap.add(3);
  expect([heap.least, heap.size]).toEqual([3, 1]);
  heap.removeLeast();
  expect([heap.least, heap.size]).toEqual([Infinity, 0]);
});

test('a time that is added twice is there twice', () => {
  const heap = new TimeHeap();
  for (const time of [5, 2, 5, 2]) heap.add(time);
  const taken: number[] = [];
  for (; heap.size > 0; heap.removeLeast()) taken.push(heap.least);
  expect(taken).toEqual([2, 2, 5, 5]);
});

test('whatever is added and removed, the least is at hand', () => {
  const steps = fc.array(fc.oneof({ weight: 2, arbitrary: fc.nat(50) }, fc.constant('remove' as const)), { maxLength: 200 });
  const property = fc.property(steps, (chosen) => {
    const heap = new TimeHeap();
    const sorted: number[] = [];
    for (const step of chosen) {
      if (step === 'remove') {
        heap.removeLeast();
        sorted.shift();
      } else {
        heap.add(step);
        sorted.push(step);
        sorted.sort((a, b) => a - b);
      }
      expect([heap.least, heap.size]).toEqual([sorted[0] ?? Infinity, sorted.length]);
    }
  });
  fc.assert(property, { numRuns: RUNS });
});
