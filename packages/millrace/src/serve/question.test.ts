import { expect, test } from 'vitest';
import { partsOf } from './key-text.ts';
import { timeOf } from './question.ts';

const asked = (text: string): number | undefined => timeOf(new URLSearchParams({ from: text }), 'from');

test.each([
  ['0', 0],
  ['1767225600000', 1_767_225_600_000],
  ['2026-01-01', 1_767_225_600_000],
  ['2026-01-01T00:00Z', 1_767_225_600_000],
  ['2026-01-01T01:30:00.250+01:00', 1_767_227_400_250],
])('%s is a time', (text, time) => {
  expect(asked(text)).toBe(time);
});

test.each(['-1', '-5000', 'foo 1', '1/2/3', '1.5', '1e3', '1970-02-30T00:00:00Z', '2026-01-01T00:00:00', '2026-13-01', '2026-01-01T25:00Z', '1969-12-31', '99999999999999999', ''])("'%s' is no time", (text) => {
  expect(() => asked(text)).toThrow(expect.objectContaining({ problem: expect.objectContaining({ status: 400, code: 'BAD_QUERY' }) }));
});

test.each([
  ['7', ['7', 7, 7n]],
  ['7n', ['7n', 7n]],
  ['9007199254740993', ['9007199254740993', 9_007_199_254_740_993n]],
  ['1.5', ['1.5', 1.5]],
  ['"7"', ['7']],
  ['null', ['null', null]],
])('%s may be the keys', (text, keys) => {
  expect(partsOf(text)).toEqual(keys);
});
