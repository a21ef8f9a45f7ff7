import { checkFunction } from '../argument.ts';
import type { Aggregation } from './aggregation.ts';
import { type At, type Kept, isBefore, keep } from './at.ts';
import { type LimitOptions, checkRoom, checkedMax } from './limit.ts';

/** How many events collect keeps, unless it is told otherwise. */
export const COLLECTED_MAX = 10_000;

/**
 * All events, or what is selected of each, by event time, then by position.
 *
 * It keeps at most `max` of them (10,000 unless told otherwise); an event more is refused
 * (AGGREGATION_FULL) and goes where bad input goes.
 */
export function collect<T>(options?: LimitOptions): Aggregation<T, Kept<NoInfer<T>>, Kept<NoInfer<T>>[], readonly NoInfer<T>[]>;
export function collect<T, V>(select: (value: T) => V, options?: LimitOptions): Aggregation<T, Kept<V>, Kept<V>[], readonly V[]>;
export function collect<T>(
  first: ((value: T) => unknown) | LimitOptions = {},
  second: LimitOptions = {},
): Aggregation<T, Kept<unknown>, Kept<unknown>[], readonly unknown[]> {
  const [select, { max = COLLECTED_MAX }] = typeof first === 'function' ? [first, second] : [(value: T): unknown => value, first];
  checkFunction('collect(select)', select);
  return new Collect(select, checkedMax('collect', max));
}

class Collect<T, V> implements Aggregation<T, Kept<V>, Kept<V>[], readonly V[]> {
  readonly name = 'collect';
  readonly atomic = true;
  readonly inPlace = true;
  readonly #select: (value: T) => V;
  readonly #max: number;

  constructor(select: (value: T) => V, max: number) {
    this.#select = select;
    this.#max = max;
  }

  take(value: T, at: At): Kept<V> {
    return keep(this.#select(value), at);
  }

  create(): Kept<V>[] {
    return [];
  }

  admit(list: readonly Kept<V>[]): void {
    checkRoom(this.name, list.length + 1, this.#max);
  }

  add(list: Kept<V>[], taken: Kept<V>): Kept<V>[] {
    checkRoom(this.name, list.length + 1, this.#max);
    const end = list.length;
    if (end === 0 || !isBefore(taken, list[end - 1] as Kept<V>)) list.push(taken);
    else list.splice(placeOf(list, taken), 0, taken);
    return list;
  }

  admitMerge(into: readonly Kept<V>[], from: readonly Kept<V>[]): void {
    checkRoom(this.name, into.length + from.length, this.#max);
  }

  /** From the end, so that panes and sessions, which follow each other in time, are only appended. */
  merge(into: Kept<V>[], from: readonly Kept<V>[]): Kept<V>[] {
    this.admitMerge(into, from);
    let left = into.length - 1;
    let right = from.length - 1;
    for (let to = left + right + 1; right >= 0; to -= 1) {
      const takeLeft = left >= 0 && isBefore(from[right] as Kept<V>, into[left] as Kept<V>);
      into[to] = (takeLeft ? into[left] : from[right]) as Kept<V>;
      if (takeLeft) left -= 1;
      else right -= 1;
    }
    return into;
  }

  result(list: readonly Kept<V>[]): readonly V[] {
    return list.map(({ value }) => value);
  }
}

/** Behind all that are not after it. */
function placeOf(list: readonly Kept<unknown>[], at: At): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(at, list[middle] as Kept<unknown>)) high = middle;
    else low = middle + 1;
  }
  return low;
}
