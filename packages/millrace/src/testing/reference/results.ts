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
