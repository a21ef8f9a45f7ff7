import type { Row } from '../../operator/row.ts';
import type { Interval } from '../../time/calendar.ts';
import { type Played, placeIn } from './played.ts';
import type { Values } from './joined.ts';

/** The rows of a table by group, found by looking at all of them; `window` says in which window a row is. */
export function grouped<K, V, G, R>(
  table: Played<K, V>,
  group: (row: Row<K, V>) => G,
  window: (row: Row<K, V>) => Interval | undefined,
  result: (rows: readonly Row<K, V>[]) => R,
): Values<R> {
  const groups = new Map<string, Row<K, V>[]>();
  for (const row of table.values()) {
    const place = placeIn({ key: group(row), window: window(row) });
    groups.set(place, [...(groups.get(place) ?? []), row]);
  }
  const entries = [...groups].map(([place, rows]) => [place, result(rows)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
