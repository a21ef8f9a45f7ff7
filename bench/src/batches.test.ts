import { expect, test } from 'vitest';
import { batches, batchEventsMax } from './batches.ts';

const itself = (n: number): number => n;

test('all events come once and in order, whether or not the last batch is full', () => {
  for (const events of [1, batchEventsMax, batchEventsMax + 1, 3 * batchEventsMax]) {
    const made = [...batches(events, itself)];
    expect(made.flat()).toEqual(Array.from({ length: events }, (_, n) => n));
    expect(made.every((batch) => batch.length > 0 && batch.length <= batchEventsMax)).toBe(true);
  }
});

test('a batch is made when it is asked for, not before', () => {
  let made = 0;
  const source = batches(10 * batchEventsMax, () => made++);
  expect(made).toBe(0);
  source.next();
  expect(made).toBe(batchEventsMax);
});
