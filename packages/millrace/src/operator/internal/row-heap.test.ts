import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowHeap } from './row-heap.ts';

test('nothing is due where there is no row', () => {
  const rows = new RowHeap();
  expect(rows.next).toBe(Number.POSITIVE_INFINITY);
  rows.add(5, 1);
  rows.keep(() => false);
  expect(rows.next).toBe(Number.POSITIVE_INFINITY);
  expect(rows.size).toBe(0);
});

test('rows come out by time, of one time by row, whatever is put in and taken out in between', () => {
  const few = fc.integer({ min: 0, max: 9 });
  const steps = fc.array(fc.option(fc.record({ time: few, row: few }), { nil: 'take' as const }), { maxLength: 200 });
  const property = fc.property(steps, (list) => {
    const rows = new RowHeap();
    const expected: { time: number; row: number }[] = [];
    for (const step of list) {
      if (step === 'take') {
        const first = expected.shift();
        if (first === undefined) continue;
        expect(rows.next).toBe(first.time);
        expect(rows.take()).toBe(first.row);
      } else {
        rows.add(step.time, step.row);
        expected.push(step);
        expected.sort((a, b) => a.time - b.time || a.row - b.row);
      }
      expect(rows.size).toBe(expected.length);
      expect(rows.next).toBe(expected[0]?.time ?? Number.POSITIVE_INFINITY);
    }
  });
  fc.assert(property);
});

test('what is kept comes out as before, each once, and nothing else does', () => {
  const few = fc.integer({ min: 0, max: 9 });
  const entries = fc.array(fc.record({ time: few, row: few }), { maxLength: 100 });
  const property = fc.property(entries, few, (list, odd) => {
    const rows = new RowHeap();
    for (const { time, row } of list) rows.add(time, row);
    const isDue = (row: number, time: number): boolean => (row + time) % 3 !== odd % 3;
    rows.keep(isDue);
    const kept = new Set(list.filter(({ time, row }) => isDue(row, time)).map(({ time, row }) => time * 10 + row));
    const out: number[] = [];
    while (rows.size > 0) out.push(rows.next * 10 + rows.take());
    expect(out).toEqual([...kept].sort((a, b) => a - b));
  });
  fc.assert(property);
});
