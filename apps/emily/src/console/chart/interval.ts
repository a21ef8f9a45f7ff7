import type { EpochMs } from '../api.ts';

/**
 * What a time chart draws: the value of [from, to), one number per layer, stacked from the bottom.
 * Null: not measured, which is not zero.
 */
export type Interval = {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly final: boolean;
  readonly values: readonly number[] | null;
};

/** The interval that contains `at`, by its index; -1 where none does. Intervals are ascending. */
export function intervalAt(intervals: readonly Interval[], at: EpochMs): number {
  let low = 0;
  let high = intervals.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const interval = intervals[middle] as Interval;
    if (at < interval.from) high = middle - 1;
    else if (at >= interval.to) low = middle + 1;
    else return middle;
  }
  return -1;
}
