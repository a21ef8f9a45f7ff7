import { errors } from '../../error.ts';

/** The most values in one column, rows or the items of lists: as many as a Map of them could hold. */
export const VALUES_MAX: number = 2 ** 24;
/** How deep values may nest. A circle is deeper. */
export const DEPTH_MAX = 64;

/** Refuses to write what would not be read back. */
export function checkCount(count: number): void {
  if (count <= VALUES_MAX) return;
  throw errors.BLOCK_TOO_LARGE({ where: 'a column', what: 'values', actual: count, max: VALUES_MAX });
}

/** Refuses counts that were never written, before memory is taken for so many. */
export function plausible(count: number, max: number = VALUES_MAX): number {
  if (count >= 0 && count <= max) return count;
  throw new RangeError(`${count} values where at most ${max} fit`);
}

/** Refuses lengths that do not add up to the rows there are. */
export function checkTotal(lengths: readonly number[], rows: number): void {
  const total = lengths.reduce((sum, length) => sum + plausible(length), 0);
  if (total !== rows) throw new RangeError(`${total} rows in runs where there are ${rows}`);
}
