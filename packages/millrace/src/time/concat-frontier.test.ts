import { expect, test } from 'vitest';
import { ConcatFrontier } from './concat-frontier.ts';
import { ASSUMED, ENDED, PROVED } from './evidence.ts';
import { BEGINNING, END, Frontier } from './frontier.ts';
import { Doubts } from './producers/doubts.ts';

test('it is where the first is until that has ended, and then where the second is, and never goes back', () => {
  const [first, second] = [new Frontier(), new Frontier()];
  const both = new ConcatFrontier(first, second);
  second.advance(4, ASSUMED);
  expect(both.value).toBe(BEGINNING);
  first.advance(6, PROVED);
  expect([both.value, both.evidence]).toEqual([6, PROVED]);
  first.advance(END, ENDED);
  expect(both.value).toBe(6);
  second.advance(8, ASSUMED);
  expect([both.value, both.evidence]).toEqual([8, ENDED | ASSUMED]);
});

test('where the first goes to its end in several steps, it stays where the first was before', () => {
  const [first, second] = [new Frontier(), new Frontier()];
  const both = new ConcatFrontier(first, second);
  first.advance(6, PROVED);
  first.advance(20, ENDED, true);
  expect(both.value).toBe(6);
  first.advance(END, ENDED, true);
  second.advance(8, PROVED);
  expect(both.value).toBe(8);
});

test('what leaves rests on what the second rested on when it came, also where that is numbered', () => {
  const [first, second] = [new Frontier(), new Frontier()];
  second.doubts = new Doubts();
  const both = new ConcatFrontier(first, second);
  const found: number[] = [];
  second.advance(END, ENDED);
  both.tells({ firstEnded: () => both.follow(10, PROVED) });
  for (const time of [5, 15]) both.at(time, { rank: 0, due: () => found.push(both.evidenceOf(0, time)) });
  first.advance(END, ENDED);
  expect(found).toEqual([PROVED | ENDED, ENDED]);
});
