import { expect, test } from 'vitest';
import { ASSUMED, DECLARED } from '../evidence.ts';
import { DOUBTS_MAX, Doubts } from './doubts.ts';

test('a stretch rests on what lies over it, both half-open', () => {
  const doubts = new Doubts();
  doubts.add({ from: 10, to: 20, evidence: ASSUMED, producer: 'a' });
  doubts.add({ from: 15, to: 30, evidence: DECLARED, producer: 'b' });
  expect([doubts.over(0, 10), doubts.over(0, 11), doubts.over(12, 16), doubts.over(19, 21), doubts.over(20, 25), doubts.over(30, 40)]).toEqual([
    0,
    ASSUMED,
    ASSUMED | DECLARED,
    ASSUMED | DECLARED,
    DECLARED,
    0,
  ]);
  expect([doubts.border(-1, 40), doubts.border(10, 40), doubts.border(15, 40), doubts.border(15, 18), doubts.border(30, 40)]).toEqual([10, 15, 20, 18, 40]);
});

test('what goes on goes on until it ends; an empty stretch is none', () => {
  const doubts = new Doubts();
  doubts.add({ from: 10, to: Infinity, evidence: ASSUMED, producer: 'a' });
  doubts.add({ from: 10, to: 10, evidence: DECLARED, producer: 'b' });
  expect([doubts.over(1e9, 2e9), doubts.list.length]).toEqual([ASSUMED, 1]);
  doubts.end('a', 25);
  expect([doubts.over(24, 25), doubts.over(25, 26)]).toEqual([ASSUMED, 0]);
  doubts.add({ from: 30, to: Infinity, evidence: ASSUMED, producer: 'a' });
  doubts.end('a', 20);
  expect(doubts.list).toHaveLength(1);
});

test('of more than the limit the oldest become one, and nothing becomes a proof', () => {
  const doubts = new Doubts();
  for (let i = 0; i <= DOUBTS_MAX; i += 1) doubts.add({ from: 10 * i, to: 10 * i + 1, evidence: i === 0 ? DECLARED : ASSUMED, producer: 'a' });
  expect(doubts.list).toHaveLength(DOUBTS_MAX);
  expect([doubts.over(0, 1), doubts.over(5, 6), doubts.over(15, 16), doubts.over(20, 21)]).toEqual([DECLARED | ASSUMED, DECLARED | ASSUMED, 0, ASSUMED]);
});
