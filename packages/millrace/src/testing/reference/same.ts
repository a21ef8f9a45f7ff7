import { isDeepStrictEqual } from 'node:util';

/** Whether two keys or ids are the same one: 5, 5n, '5' and true are four, 0 and −0 are one. */
export function same(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(withoutNegativeZero(one), withoutNegativeZero(other));
}

function withoutNegativeZero(key: unknown): unknown {
  if (typeof key === 'number') return key + 0;
  if (typeof key !== 'object' || key === null) return key;
  return Object.entries(key).map(([name, part]) => [name, withoutNegativeZero(part)]);
}
