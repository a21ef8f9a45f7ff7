import { expect, test } from 'vitest';
import { random } from '../random.ts';
import { Heap } from './heap.ts';

test('items come out in their order, in whatever order they went in', () => {
  const heap = new Heap<number>((one, other) => one < other);
  const items = Array.from({ length: 1_000 }, (_, n) => random(n, 1) % 500);
  for (const item of items) heap.push(item);
  const first = heap.first();
  const out = items.map(() => heap.pop());
  expect(out).toEqual(items.toSorted((one, other) => one - other));
  expect(first).toBe(out[0]);
});

test('items may go in between those that come out', () => {
  const heap = new Heap<number>((one, other) => one < other);
  for (const item of [3, 1, 2]) heap.push(item);
  expect(heap.pop()).toBe(1);
  heap.push(0);
  expect([heap.pop(), heap.pop(), heap.pop(), heap.pop(), heap.first()]).toEqual([0, 2, 3, undefined, undefined]);
});
