import { expect, test } from 'vitest';
import { STEP_MS_MAX, WallClock } from './wall-clock.ts';

const NOON = Date.UTC(2026, 10, 23, 12);

function clock() {
  const machine = { wall: NOON, monotonic: 5_000 };
  const told: string[] = [];
  const wall = new WallClock(() => machine.wall, () => machine.monotonic, (text) => told.push(text));
  const pass = (ms: number): void => {
    machine.wall += ms;
    machine.monotonic += ms;
  };
  return { machine, told, wall, pass };
}

test('it is the wall clock, also where that is set by some days', () => {
  const { machine, told, wall, pass } = clock();
  expect(wall.now()).toBe(NOON);
  pass(1_000);
  expect(wall.now()).toBe(NOON + 1_000);
  machine.wall += STEP_MS_MAX;
  expect(wall.now()).toBe(NOON + 1_000 + STEP_MS_MAX);
  machine.wall -= STEP_MS_MAX;
  expect(wall.now()).toBe(NOON + 1_000);
  expect(told).toEqual([]);
});

test('a clock that jumps to another age is not believed: time goes on, and it is said once', () => {
  const { machine, told, wall, pass } = clock();
  machine.wall = Date.UTC(9999, 0, 1);
  expect(wall.now()).toBe(NOON);
  pass(60_000);
  expect(wall.now()).toBe(NOON + 60_000);
  expect(told).toEqual([
    'the wall clock has been set to 9999-01-01T00:00:00.000Z, 2911752 days ahead: expected a time within 31 days of 2026-11-23T12:00:00.000Z. Time goes on from there until the clock is back. If it is right, start the process again',
  ]);
});

test('nor is one that falls back to its beginning; once it is back it is believed again', () => {
  const { machine, told, wall, pass } = clock();
  machine.wall = 0;
  pass(3_600_000);
  expect(wall.now()).toBe(NOON + 3_600_000);
  machine.wall = NOON + 3_600_500;
  expect(wall.now()).toBe(NOON + 3_600_500);
  pass(1);
  expect(wall.now()).toBe(NOON + 3_600_501);
  expect(told).toEqual([expect.stringContaining('days back'), 'the wall clock is back where it should be, and is believed again']);
});

test('however long it is doubted, no millisecond is lost', () => {
  const { machine, wall } = clock();
  machine.wall = 0;
  for (let i = 1; i <= 1_000; i += 1) {
    machine.monotonic += 0.4;
    wall.now();
  }
  expect(wall.now()).toBe(NOON + 400);
});
