import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import { testDriver } from '../../testing/driver.ts';
import { Recorder } from '../../testing/fixture-recorder.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { marbles } from '../../testing/marbles.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { Split } from './split.ts';

const low = (n: number): boolean => n < 10;
const even = (n: number): boolean => n % 2 === 0;

function program(takesEven: (n: number) => boolean = even) {
  return pipeline('split', (app) => {
    const numbers = app.source('numbers', fedByHand<number>(), { time: (n) => n, complete: outOfOrder(0) });
    const { low: small, even: round, rest } = numbers.split({ low, even: takesEven });
    small.to(app.sink('low', readByHand()));
    round.to(app.sink('even', readByHand()));
    rest.to(app.sink('rest', readByHand()));
  });
}

test('each event goes down the first branch that takes it, or down rest', () => {
  const driver = testDriver(program());
  driver.source('numbers').send(2, 3, 12, 13);
  expect(driver.sink('low').rows()).toEqual([2, 3]);
  expect(driver.sink('even').rows()).toEqual([12]);
  expect(driver.sink('rest').rows()).toEqual([13]);
});

test('an event that makes a guard throw goes nowhere but to bad', () => {
  const driver = testDriver(
    program((n) => {
      if (n === 14) throw new RangeError('fourteen');
      return even(n);
    }),
  );
  driver.source('numbers').send(2, 12, 14, 15);
  expect(driver.sink('low').rows()).toEqual([2]);
  expect(driver.sink('even').rows()).toEqual([12]);
  expect(driver.sink('rest').rows()).toEqual([15]);
  expect(driver.bad()).toMatchObject([{ offset: 2, reason: 'threw', message: 'RangeError: fourteen' }]);
});

test('rest is no name for a branch', () => {
  const write = () =>
    pipeline('split', (app) => {
      app.source('numbers', fedByHand<number>(), { time: (n) => n, complete: outOfOrder(0) }).split({ rest: even });
    });
  expect(write).toThrow("'rest' is the name of what no branch takes");
});

test('a revision within a branch is one change; across branches it goes from the one and appears in the other', () => {
  const [lows, evens, rest] = [new Recorder<number>(), new Recorder<number>(), new Recorder<number>()];
  const branches = [
    { takes: low, next: lows },
    { takes: even, next: evens },
  ];
  const split = new Split(branches, rest);
  split.revise(1, 2);
  split.revise(2, 12);
  split.revise(12, 13);
  split.revise(13, undefined);
  expect(lows.calls).toEqual([
    ['revise', 1, 2],
    ['revise', 2, undefined],
  ]);
  expect(evens.calls).toEqual([
    ['revise', undefined, 12],
    ['revise', 12, undefined],
  ]);
  expect(rest.calls).toEqual([
    ['revise', undefined, 13],
    ['revise', 13, undefined],
  ]);
});

test('drawn: an event goes down one branch', () => {
  const run = marbles(({ line }) => {
    const { small, rest } = line.split({ small: (e) => e.letter >= 'a' });
    return small.map((e) => `${e.letter} small`).merge(rest.map((e) => `${e.letter} rest`));
  }, { line: 'aB-bA|' });
  expect(run.rows()).toEqual(['a small', 'B rest', 'b small', 'A rest']);
});
