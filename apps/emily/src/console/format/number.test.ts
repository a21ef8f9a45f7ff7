import { expect, test } from 'vitest';
import { formatTick } from './number.ts';

test('a tick of an axis is called what it is', () => {
  expect([0, 0.025, 0.25, 0.5, 0.75, 1, 1_250, 12_500, 3_000_000].map(formatTick)).toEqual(['0', '0.025', '0.25', '0.5', '0.75', '1', '1.25K', '12.5K', '3M']);
});
