import { expect, test } from 'vitest';
import { formatTicks } from './number.ts';

test('ticks have the digits that their step needs, and no more', () => {
  expect(formatTicks([0, 0.25, 0.5, 0.75, 1])).toEqual(['0', '0.25', '0.5', '0.75', '1']);
  expect(formatTicks([0, 0.1, 0.2, 0.1 + 0.2])).toEqual(['0', '0.1', '0.2', '0.3']);
  expect(formatTicks([0, 5, 10])).toEqual(['0', '5', '10']);
});

test('large ticks are short, and are not rounded either', () => {
  expect(formatTicks([0, 1_250, 2_500, 3_750])).toEqual(['0', '1.25K', '2.5K', '3.75K']);
  expect(formatTicks([0, 500, 1_000, 1_500])).toEqual(['0', '500', '1K', '1.5K']);
  expect(formatTicks([800_000, 1_000_000, 1_200_000])).toEqual(['800K', '1M', '1.2M']);
});
