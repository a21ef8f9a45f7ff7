import { errors } from '../error.ts';

/** Of aggregations that keep values instead of adding them up. */
export interface LimitOptions {
  /** The most values kept for a key, or for a key and a window. What would be one more is refused (AGGREGATION_FULL). */
  readonly max?: number;
}

export function checkedMax(aggregation: string, max: number): number {
  if (!Number.isSafeInteger(max) || max < 1) throw new RangeError(`${aggregation}({ max: ${max} }): expected a whole number, 1 or more`);
  return max;
}

export function checkRoom(aggregation: string, size: number, max: number): void {
  if (size > max) throw errors.AGGREGATION_FULL({ aggregation, max });
}
