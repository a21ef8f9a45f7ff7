import type { Row } from '../../operator/row.ts';
import type { Played } from './played.ts';

/** A table of values by place, from nothing but the tables it is made of. */
export type Values<V> = Readonly<Record<string, V>>;

const sorted = <V>(entries: readonly (readonly [string, V])[]): Values<V> => Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** Two tables by place. */
export function joined<K, L, R, V>(left: Played<K, L>, right: Played<K, R>, kind: 'inner' | 'left' | 'outer', join: (left: L | undefined, right: R | undefined) => V | undefined): Values<V> {
  const places = [...new Set([...left.keys(), ...right.keys()])];
  return sorted(
    places.flatMap((place) => {
      const [one, other] = [left.get(place), right.get(place)];
      const isThere = kind === 'outer' || (one !== undefined && (kind === 'left' || other !== undefined));
      const value = isThere ? join(one?.value, other?.value) : undefined;
      return value === undefined ? [] : [[place, value] as const];
    }),
  );
}

/** A table and what its rows refer to, found by looking at every row. */
export function foreignJoined<K, L, FK, R, V>(
  left: Played<K, L>,
  right: Played<FK, R>,
  foreign: (row: Row<K, L>) => FK | undefined,
  kind: 'inner' | 'left',
  join: (left: L, right: R | undefined) => V,
): Values<V> {
  return sorted(
    [...left].flatMap(([place, row]) => {
      const key = foreign(row);
      const found = key === undefined ? undefined : [...right.values()].find((one) => one.key === key && one.window?.start === row.window?.start);
      return found === undefined && kind === 'inner' ? [] : [[place, join(row.value, found?.value)] as const];
    }),
  );
}
