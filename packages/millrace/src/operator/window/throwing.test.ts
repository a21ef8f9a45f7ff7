import { expect, test } from 'vitest';
import { type Marble, marbles } from '../../testing/marbles.ts';
import { tumbling } from '../../time/windowing.ts';
import type { Row } from '../row.ts';

/** Functions of the user that throw in a window, or behind one. */

test('a selector that throws has changed nothing: the event is set aside, no row appears', () => {
  const run = marbles(
    ({ line }) =>
      line
        .keyBy((e) => e.letter)
        .window(tumbling(5))
        .sum((e) => (e.letter === 'x' ? 0.5 : 1)),
    { line: 'axa|' },
  );
  expect(run.rows()).toMatchObject([{ key: 'a', value: 2 }]);
  expect(run.bad()).toMatchObject([{ offset: 1, reason: 'threw', message: expect.stringContaining('0.5') }]);
});

test('a key that is no key is set aside', () => {
  const run = marbles(({ line }) => line.keyBy((e) => (e.letter === 'x' ? (undefined as unknown as string) : e.letter)).window(tumbling(5)).count({ name: 'counts' }), { line: 'axa|' });
  expect(run.rows()).toMatchObject([{ key: 'a', value: 2 }]);
  expect(run.bad()).toMatchObject([{ offset: 1, message: expect.stringContaining('undefined') }]);
});

const picky = {
  create: (): string[] => [],
  add: (letters: string[], e: Marble): string[] => {
    if (e.letter === 'x') throw new Error('no x');
    letters.push(e.letter);
    return letters;
  },
  result: (letters: readonly string[]): string => letters.join(''),
};

test('an add of your own that throws on the first event of a row leaves no row behind', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(tumbling(5)).aggregate(picky), { line: 'axa|' });
  expect(run.rows()).toMatchObject([{ key: 'a', value: 'aa' }]);
  expect(run.bad()).toMatchObject([{ offset: 1, message: 'Error: no x' }]);
});

test('one that throws on a row that is there may have changed it: without a store the program stops, and names the record', () => {
  const draw = () => marbles(({ line }) => line.window(tumbling(5)).aggregate(picky), { line: 'axa|' });
  expect(draw).toThrow(expect.objectContaining({ code: 'EVENT_FAILED', data: expect.objectContaining({ source: 'line', offset: 1 }) }));
});

test('a result that throws when a window closes costs that row; the others leave, and the frontier goes on', () => {
  const run = marbles(
    ({ line }) =>
      line
        .keyBy((e) => e.letter)
        .window(tumbling(5))
        .aggregate({
          create: (): string => '',
          add: (text, e) => text + e.letter,
          result: (text) => {
            if (text === 'x') throw new Error('no result');
            return text;
          },
        }),
    { line: 'xab--c---a2|' },
  );
  expect(run.rows()).toMatchObject([
    { key: 'a', value: 'a' },
    { key: 'b', value: 'b' },
    { key: 'c', value: 'c', evidence: ['ended'] },
  ]);
  expect(run.late()).toEqual([{ letter: 'a', time: 2 }]);
  expect(run.bad()).toMatchObject([{ reason: 'threw', message: 'Error: no result', raw: expect.stringContaining('"x"') }]);
  expect(run.status().sources['line']).toMatchObject([{ records: 5, events: 5, bad: 0 }]);
});

test('a map behind a window that throws on one row costs that row only', () => {
  const run = marbles(
    ({ line }) =>
      line
        .keyBy((e) => e.letter)
        .window(tumbling(5))
        .count()
        .final()
        .map((row: Row<string, number>) => {
          if (row.key === 'x') throw new Error('no x');
          return row.key;
        }),
    { line: 'axb--c|' },
  );
  expect(run.rows()).toEqual(['a', 'b', 'c']);
  expect(run.bad()).toMatchObject([{ reason: 'threw', message: 'Error: no x' }]);
});

test('an event that closes windows and then throws is set aside all the same: the step of the frontier was complete', () => {
  const run = marbles(
    ({ line }) =>
      line
        .filter((e) => {
          if (e.letter === 'x') throw new Error('no x');
          return true;
        })
        .keyBy((e) => e.letter)
        .window(tumbling(5))
        .count(),
    { line: 'a----x-b' },
  );
  expect(run.rows()).toMatchObject([{ key: 'a', value: 1 }]);
  expect(run.bad()).toMatchObject([{ offset: 1, message: 'Error: no x' }]);
});
