import type { Gap } from '../api.ts';
import { formatCount } from '../format/number.ts';

/** `10,231–10,240, 10,250`: both ends are missing. */
export const gapRanges = (gap: Pick<Gap, 'ranges'>): string =>
  gap.ranges.map(([first, last]) => (first === last ? formatCount(first) : `${formatCount(first)}–${formatCount(last)}`)).join(', ');

/** How many numbers are missing in a gap. */
export const gapSize = (gap: Pick<Gap, 'ranges'>): number => gap.ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
