import { expect, test } from 'vitest';
import { Recorder } from '../../testing/fixture-recorder.ts';
import { marbles } from '../../testing/marbles.ts';
import { tumbling } from '../../time/windowing.ts';
import { FlatMap } from './flat-map.ts';

test('an event may become none, one or several, in the order in which they are made', () => {
  const run = marbles(({ line }) => line.flatMap((e) => Array.from({ length: e.time }, (_, i) => `${e.letter}${i}`)), { line: 'abc|' });
  expect(run.rows()).toEqual(['b0', 'c0', 'c1']);
});

test('a generator will do', () => {
  const run = marbles(
    ({ line }) =>
      line.flatMap(function* (e) {
        yield e.letter;
        yield e.letter.toUpperCase();
      }),
    { line: 'a-b|' },
  );
  expect(run.rows()).toEqual(['a', 'A', 'b', 'B']);
});

test('all that is made has the time of the event it is made of', () => {
  const run = marbles(({ line }) => line.flatMap((e) => [e.letter, 'all']).keyBy((key) => key).window(tumbling(3)).count(), { line: 'ab-a|' });
  expect(run.rows()).toMatchObject([
    { key: 'a', value: 1, window: { start: 0, end: 3 } },
    { key: 'all', value: 2, window: { start: 0, end: 3 } },
    { key: 'b', value: 1, window: { start: 0, end: 3 } },
    { key: 'a', value: 1, window: { start: 3, end: 6 } },
    { key: 'all', value: 1, window: { start: 3, end: 6 } },
  ]);
});

test('a generator that throws half-way has passed nothing on: the event is set aside as a whole', () => {
  const run = marbles(
    ({ line }) =>
      line.flatMap(function* (e) {
        yield e.letter;
        if (e.letter === 'b') throw new Error('half-way');
        yield e.letter;
      }),
    { line: 'abc|' },
  );
  expect(run.rows()).toEqual(['a', 'a', 'c', 'c']);
  expect(run.bad()).toMatchObject([{ offset: 1, reason: 'threw', message: 'Error: half-way' }]);
});

test('a revision takes back all that the former value had made, and then brings what the new one makes', () => {
  const out = new Recorder<string>();
  const flatMap = new FlatMap((text: string) => text, out);
  flatMap.push('ab');
  flatMap.revise('ab', 'c');
  flatMap.revise('c', undefined);
  expect(out.calls).toEqual([
    ['push', 'a'],
    ['push', 'b'],
    ['revise', 'a', undefined],
    ['revise', 'b', undefined],
    ['revise', undefined, 'c'],
    ['revise', 'c', undefined],
  ]);
});
