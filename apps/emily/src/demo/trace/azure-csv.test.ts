import { expect, test } from 'vitest';
import { azureCsv } from './azure-csv.ts';
import { tokenCountMax } from './token-count.ts';

const header = 'TIMESTAMP,ContextTokens,GeneratedTokens';

function read(line: string): readonly unknown[] {
  const reader = azureCsv.open(7);
  expect(reader.count(header)).toBe(0);
  return [...reader.arrivals(line)];
}

test('a line is a request in UTC, floored from steps of 100 ns to the millisecond', () => {
  const arrival = { inputTokens: 374, outputTokens: 44, cachedInputTokens: 0 };
  expect(read('2023-11-16 18:15:46.6809999,374,44')).toEqual([{ at: Date.UTC(2023, 10, 16, 18, 15, 46, 680), ...arrival }]);
  expect(read('2023-11-16 18:15:46.000,374,44')).toEqual([{ at: Date.UTC(2023, 10, 16, 18, 15, 46), ...arrival }]);
});

test.each([
  ['2023-11-16 18:15:46.6805900,374', 'a time and two counts, separated by commas'],
  ['2023-11-16 18:15:46.6805900,374,44,1', 'a time and two counts, separated by commas'],
  ['2023-11-16T18:15:46.6805900Z,374,44', 'a time like 2023-11-16 18:15:46.6805900'],
  ['2023-13-16 18:15:46.6805900,374,44', 'a time like 2023-11-16 18:15:46.6805900'],
  [',374,44', 'a time like 2023-11-16 18:15:46.6805900'],
  ['2023-11-16 18:15:46.6805900,-1,44', `ContextTokens to be a whole number from 0 to ${tokenCountMax}`],
  ['2023-11-16 18:15:46.6805900,374,', `GeneratedTokens to be a whole number from 0 to ${tokenCountMax}`],
  ['2023-11-16 18:15:46.6805900,1.5,44', `ContextTokens to be a whole number from 0 to ${tokenCountMax}`],
  [`2023-11-16 18:15:46.6805900,${tokenCountMax + 1},44`, `ContextTokens to be a whole number from 0 to ${tokenCountMax}`],
])('the line %s is refused, expected: %s', (line, expected) => {
  expect(() => read(line)).toThrow(expect.objectContaining({ name: 'UnexpectedLine', expected }));
});

test('the most tokens a request may have are read', () => {
  expect(read(`2023-11-16 18:15:46.6805900,${tokenCountMax},0`)).toMatchObject([{ inputTokens: tokenCountMax }]);
});
