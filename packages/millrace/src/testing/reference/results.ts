import type { At } from '../../aggregation/at.ts';
import { same } from './same.ts';

/** What the built-in aggregations make of all events at once. */
export function countOf(values: readonly unknown[]): number {
  return values.length;
}

export function sumOf<T>(values: readonly T[], select: (value: T) => number): number {
  return values.map(select).reduce((sum, one) => sum + one);
}

export function minOf<T, V extends number | bigint | string>(values: readonly T[], select: (value: T) => V): V {
  return values.map(select).reduce((least, one) => (one < least ? one : least));
}

export function maxOf<T, V extends number | bigint | string>(values: readonly T[], select: (value: T) => V): V {
  return values.map(select).reduce((greatest, one) => (one > greatest ? one : greatest));
}

/** An event with when and where it was. */
export interface Stood<T> {
  readonly value: T;
  readonly at: At;
}

/** By event time, then by position; what stood in one place stays in the order given. */
export function inOrder<T>(events: readonly Stood<T>[]): readonly T[] {
  const place = ({ at }: Stood<T>): readonly (number | string)[] => [at.time, at.source, at.partition, at.offset];
  const compare = (one: Stood<T>, other: Stood<T>): number => {
    const i = place(one).findIndex((part, index) => part !== place(other)[index]);
    return i < 0 ? 0 : (place(one)[i] as number) < (place(other)[i] as number) ? -1 : 1;
  };
  return events.toSorted(compare).map(({ value }) => value);
}

/** The `n` greatest; of equals those that stood first. */
export function topOf<T>(events: readonly Stood<T>[], n: number, by: (value: T) => number): readonly T[] {
  return inOrder(events).toSorted((one, other) => by(other) - by(one)).slice(0, n);
}

export function distinctOf<T>(values: readonly T[], select: (value: T) => unknown): number {
  const found = values.map(select);
  return found.filter((one, i) => found.findIndex((other) => same(one, other)) === i).length;
}

/** Decimals added up in whole numbers of 10^−40, as text without zeros at the end. */
export function decimalSumOf<T>(values: readonly T[], select: (value: T) => string): string {
  const digits = 40;
  const units = values.map((value) => {
    const [whole = '', fraction = ''] = select(value).split('.');
    return BigInt(whole + fraction.padEnd(digits, '0'));
  });
  const total = units.reduce((sum, one) => sum + one, 0n);
  const size = String(total < 0n ? -total : total).padStart(digits + 1, '0');
  const text = `${size.slice(0, -digits)}.${size.slice(-digits)}`.replace(/\.?0+$/, '');
  return total < 0n ? `-${text}` : text;
}

/** The value at the rank ⌈q·n⌉, q given in hundredths. */
export function quantileOf<T>(values: readonly T[], select: (value: T) => number, hundredths: number): number {
  const sorted = values.map(select).toSorted((one, other) => one - other);
  const rank = sorted.findIndex((_, i) => (i + 1) * 100 >= hundredths * sorted.length);
  return sorted[rank] as number;
}
