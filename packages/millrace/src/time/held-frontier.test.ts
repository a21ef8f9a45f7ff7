import { expect, test } from 'vitest';
import { ASSUMED, ENDED } from './evidence.ts';
import { BEGINNING, END, Frontier } from './frontier.ts';
import { HeldFrontier } from './held-frontier.ts';

test('a held frontier stays behind its input by rule, and at what its operator waits for; it never goes back', () => {
  const input = new Frontier();
  const behind = new HeldFrontier(input, undefined, { of: (frontier) => frontier - 5 });
  expect(behind.value).toBe(BEGINNING);
  input.advance(3, ASSUMED);
  expect(behind.value).toBe(BEGINNING);
  input.advance(20, ASSUMED);
  expect(behind.value).toBe(15);
  behind.hold(12);
  expect(behind.value).toBe(15);
  behind.hold(17);
  input.advance(40, ASSUMED);
  expect(behind.value).toBe(17);
  behind.hold(END);
  expect(behind.value).toBe(35);
  input.advance(END, ENDED);
  expect([behind.value, behind.evidence]).toEqual([END, ENDED]);
});

test('at recovery a held frontier stands where it stood, also where it had been beyond what it waits for', () => {
  const input = new Frontier();
  const behind = new HeldFrontier(input);
  input.restore(20, ASSUMED);
  behind.restoreHold(12, 15);
  expect(behind.value).toBe(15);
  input.advance(30, ASSUMED);
  expect(behind.value).toBe(15);
  behind.hold(END);
  expect(behind.value).toBe(30);
});
