import { revise, tumbling } from 'millrace';
import { expect, test } from 'vitest';
import { bodyOf, picturesOf } from './pictures.ts';
import { stack } from './stack.ts';
import { type Write, storyOf } from './story.ts';
import { svgOf } from './svg.ts';
import { sentencesOf } from './words.ts';

const counts: Write = ({ line }) => (line as NonNullable<typeof line>).keyBy((e) => e.letter).window(tumbling(5)).count({ name: 'n' });

test('everything stands in the column in which it happened', () => {
  const story = storyOf({ write: counts, lines: { line: 'a---ba2---ca3|' }, options: {} });
  expect(story.events.map(({ letter, column, time, fate }) => `${letter} ${column} ${time} ${fate}`)).toEqual(['a 0 0 taken', 'b 4 4 taken', 'a 5 2 taken', 'c 10 10 taken', 'a 11 3 late']);
  expect(story.steps.map(({ column, value }) => [column, value])).toEqual([[0, 0], [4, 4], [10, 10], [13, Number.POSITIVE_INFINITY]]);
  expect(story.left.map(({ column }) => column)).toEqual([10, 10, 13]);
  expect(story.late.map(({ column }) => column)).toEqual([11]);
  expect(story.ends).toEqual([{ line: 'line', column: 13 }]);
});

test('with a store nothing leaves before the commit that covers it, and a crash changes nothing', () => {
  const { left, store } = storyOf({ write: counts, lines: { line: 'a----b-----' }, options: { store: '------xc' } });
  expect(left.map(({ column }) => column)).toEqual([7]);
  expect(store).toEqual([{ column: 6, mark: 'x' }, { column: 7, mark: 'c' }]);
});

test('sentences say what the picture shows', () => {
  const write: Write = ({ line }) => (line as NonNullable<typeof line>).keyBy((e) => e.letter).window(tumbling(5)).count({ late: revise({ retain: 9 }) });
  const story = storyOf({ write, lines: { line: 'a----ba3' }, options: {} });
  expect(sentencesOf(story)).toBe(
    'In come a at 0; b at 5; a at 6, of 3. Its frontier moves to 0, 5. Out go a: 1 at 5, window 0 to 5, provisional; a: 1→2 at 6, window 0 to 5, provisional.',
  );
  expect(svgOf(story, 'a < b')).toContain('<title id="title">a &lt; b</title>');
});

test('those that belong together share a row, and nobody comes between them', () => {
  const placed = [{ from: 0, to: 10, like: 'a' }, { from: 12, to: 20, like: 'b' }, { from: 30, to: 40, like: 'a' }, { from: 42, to: 50 }];
  expect(stack(placed, 1)).toEqual([0, 1, 0, 0]);
  expect(stack([{ from: 0, to: 10 }, { from: 5, to: 12 }], 1)).toEqual([0, 1]);
});

test('a picture is bound to a test by its title; a test ends where the next begins', () => {
  const page = "![told](a.svg)\n\n```ts\nmarbles();\n```\n\nFrom [a.test.ts](../a.test.ts): it works, always.\n";
  expect(picturesOf(page)).toEqual([{ name: 'a.svg', told: 'told', code: 'marbles();\n', test: '../a.test.ts', title: 'it works, always' }]);
  expect(() => picturesOf(page.replace('From', 'By'))).toThrow('a.svg: expected a line');
  const tests = "test('one', () => {\n  'a-b';\n});\n\ntest('two', () => {\n  'c-d';\n});\n";
  expect(bodyOf(tests, 'one')).not.toContain('c-d');
  expect(bodyOf(tests, 'three')).toBeUndefined();
});
