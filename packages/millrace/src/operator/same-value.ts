import { isDeepStrictEqual } from 'node:util';
import { encodeRows } from '../store/rows.ts';

/** Whether two results are the same, as the store would have them. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isDeepStrictEqual(a, b)) return true;
  try {
    return Buffer.compare(encodeRows([a]), encodeRows([b])) === 0;
  } catch {
    // What the store would not take is compared as it is.
    return false;
  }
}
