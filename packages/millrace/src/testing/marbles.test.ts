import { expect, test } from 'vitest';
import { tumbling } from '../time/windowing.ts';
import { marksOf } from './marble-line.ts';
import { marbles } from './marbles.ts';

test('a letter happens in its column, a letter with a number at that time; each digit takes a column', () => {
  expect(marksOf('a-b12-c|')).toEqual([
    { kind: 'event', column: 0, letter: 'a', time: 0 },
    { kind: 'event', column: 2, letter: 'b', time: 12 },
    { kind: 'event', column: 6, letter: 'c', time: 6 },
    { kind: 'end', column: 7 },
  ]);
});

test.each([
  ['a-?', "'a-?' has '?' in column 2; expected a letter, -, or |"],
  ['1a', "'1a' has '1' in column 0; expected a letter, -, or |"],
  ['a|b', "'a|b' has 'b' behind its end"],
  ['a||', "'a||' has '|' behind its end"],
])('a line that cannot be read is refused: %s', (line, message) => {
  expect(() => marksOf(line)).toThrow(message);
});

test('several lines are read column by column, the first line first', () => {
  const run = marbles(({ x, y }) => x.merge(y).map((e) => e.letter), { x: 'a-c|', y: 'bd--|' });
  expect(run.rows()).toEqual(['a', 'b', 'd', 'c']);
});

test('the store commits and dies where it is told to, and nothing is seen of it', () => {
  const count = (store?: string) =>
    marbles(({ line }) => line.keyBy((e) => e.letter).window(tumbling(4)).count({ name: 'counts' }), { line: 'aab-a--b|' }, store === undefined ? {} : { store });
  const expected = count().rows();
  expect(expected).toHaveLength(4);
  for (const store of ['', 'x', '-c-x', 'cccccccc', 'xxxxxxxx', '--c----x-']) expect(count(store).rows()).toEqual(expected);
});

test('what was late, what was bad and where it stands can be asked', () => {
  const run = marbles(
    ({ line }) =>
      line
        .map((e) => {
          if (e.letter === 'x') throw new Error('no x');
          return e;
        })
        .keyBy((e) => e.letter)
        .window(tumbling(2))
        .count({ name: 'counts' }),
    { line: 'a--bxa1|' },
  );
  expect(run.late()).toEqual([{ letter: 'a', time: 1 }]);
  expect(run.bad()).toMatchObject([{ offset: 2, reason: 'threw' }]);
  expect(run.changes()).toMatchObject([{ key: 'a', after: 1 }, { key: 'b', after: 1 }]);
  expect(run.status().states).toMatchObject({ counts: { late: 1 } });
});
