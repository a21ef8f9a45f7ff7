import { expect, test } from 'vitest';
import { Recorder } from '../../testing/fixture-recorder.ts';
import { marbles } from '../../testing/marbles.ts';
import { tumbling } from '../../time/windowing.ts';
import { MapValues } from './map.ts';

test('each event is turned into another one, in order', () => {
  const run = marbles(({ line }) => line.map((e) => `${e.letter}${e.time}`), { line: 'a-bc|' });
  expect(run.rows()).toEqual(['a0', 'b2', 'c3']);
});

test('the event time stays, even where the new value has no time', () => {
  const run = marbles(({ line }) => line.map((e) => e.letter).keyBy((letter) => letter).window(tumbling(2)).count(), { line: 'aa-a|' });
  expect(run.rows()).toMatchObject([
    { key: 'a', window: { start: 0, end: 2 }, value: 2 },
    { key: 'a', window: { start: 2, end: 4 }, value: 1 },
  ]);
});

test('an event that makes the function throw is set aside; what had moved the frontier stays moved', () => {
  const run = marbles(
    ({ line }) =>
      line
        .map((e) => {
          if (e.letter === 'x') throw new Error('no x, please');
          return e;
        })
        .keyBy((e) => e.letter)
        .window(tumbling(5))
        .count(),
    { line: 'a-----x-a1-' },
  );
  // The x at 6 closed [0, 5), so the a of 1 is late, whether or not x could be processed.
  expect(run.rows()).toMatchObject([{ key: 'a', window: { start: 0, end: 5 }, value: 1 }]);
  expect(run.late()).toEqual([{ letter: 'a', time: 1 }]);
  expect(run.bad()).toMatchObject([{ offset: 1, reason: 'threw', message: 'Error: no x, please' }]);
});

test('a revision is mapped on both sides', () => {
  const out = new Recorder<number>();
  const map = new MapValues((n: number) => n * 10, out);
  map.revise(1, 2);
  map.revise(undefined, 3);
  map.revise(3, undefined);
  expect(out.calls).toEqual([
    ['revise', 10, 20],
    ['revise', undefined, 30],
    ['revise', 30, undefined],
  ]);
});
