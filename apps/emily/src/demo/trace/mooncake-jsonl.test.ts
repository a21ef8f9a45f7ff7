import { expect, test } from 'vitest';
import { mooncakeJsonl } from './mooncake-jsonl.ts';

const line = (input: number, blocks: readonly number[], timestamp: unknown = 0): string =>
  JSON.stringify({ timestamp, input_length: input, output_length: 5, hash_ids: blocks });

function cachedIn(lines: readonly string[]): number[] {
  const reader = mooncakeJsonl.open(7);
  return lines.flatMap((text) => [...reader.arrivals(text)]).map(({ cachedInputTokens }) => cachedInputTokens);
}

test('a request comes as many ms after the start of 2024 as its timestamp says', () => {
  const arrivals = [...mooncakeJsonl.open(7).arrivals(line(700, [0, 1], 3_001))];
  expect(arrivals).toEqual([
    { at: Date.UTC(2024, 0, 1, 0, 0, 3, 1), inputTokens: 700, outputTokens: 5, cachedInputTokens: 0 },
  ]);
});

test('leading blocks of 512 tokens seen in an earlier request are cached input', () => {
  expect(cachedIn([line(1_500, [0, 1, 2]), line(1_500, [0, 1, 3]), line(1_500, [0, 1, 3])])).toEqual([0, 1_024, 1_500]);
});

test('a block that comes again behind a new one is not cached: its prefix is another', () => {
  expect(cachedIn([line(1_024, [0, 1]), line(1_536, [7, 0, 1])])).toEqual([0, 0]);
});

test('cached input is never more than input, where the last block is not full', () => {
  expect(cachedIn([line(600, [0, 1]), line(600, [0, 1])])).toEqual([0, 600]);
});

test.each([
  ['{"timestamp": 0, ', 'a JSON object'],
  ['null', 'a JSON object'],
  [line(1, [], -1), 'timestamp to be a whole number of milliseconds from 0 to 3162240000000'],
  [line(1, [], '0'), 'timestamp to be a whole number of milliseconds from 0 to 3162240000000'],
  [line(1, [], 3_162_240_000_001), 'timestamp to be a whole number of milliseconds from 0 to 3162240000000'],
  [line(-1, []), 'input_length to be a whole number from 0 to 2000000'],
  ['{"timestamp":0,"input_length":1,"hash_ids":[]}', 'output_length to be a whole number from 0 to 2000000'],
  ['{"timestamp":0,"input_length":1,"output_length":1}', 'hash_ids to be an array'],
])('the line %s is refused, expected: %s', (text, expected) => {
  expect(() => [...mooncakeJsonl.open(7).arrivals(text)]).toThrow(expect.objectContaining({ expected }));
  expect(() => mooncakeJsonl.open(7).count(text)).toThrow(expect.objectContaining({ expected }));
});
