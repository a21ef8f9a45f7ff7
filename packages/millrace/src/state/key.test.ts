import { expect, test } from 'vitest';
import { type KeyPart, small } from './key.ts';

test('a part of a key stays what it is; minus zero, which is the same key as zero, is that', () => {
  const parts: readonly KeyPart[] = [0, 7, -7, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 53, 0.5, Infinity, 'a', '', 7n, true, false, null];
  for (const part of parts) expect(small(part)).toBe(part);
  expect(small(Number.NaN)).toBeNaN();
  expect(small(-0)).toBe(0);
});
