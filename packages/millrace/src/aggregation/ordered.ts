import { errors } from '../error.ts';
import { textOf } from '../reason.ts';

/** What min, max and top can put in order. NaN has no place in an order and is refused. */
export type Ordered = number | bigint | string;

/** Refuses what has no place in an order (NOT_ORDERED). */
export function checkOrdered(aggregation: string, value: unknown): void {
  const type = typeof value;
  if (type === 'string' || type === 'bigint' || (type === 'number' && value === value)) return;
  throw errors.NOT_ORDERED({ aggregation, found: textOf(value) });
}

/** Negative: `one` is the lesser. Numbers and bigints by their size, texts by their UTF-16 units, numbers before texts. */
export function compareOrdered(one: Ordered, other: Ordered): number {
  const isText = typeof one === 'string';
  if (isText !== (typeof other === 'string')) return isText ? 1 : -1;
  return one < other ? -1 : one > other ? 1 : 0;
}
