import type { Row } from '../../operator/row.ts';
import type { Recorded } from './recorded.ts';
import { same } from './same.ts';

/** From which row to which; undefined before: there was none. */
export interface RowChange<K, V> {
  readonly before: Row<K, V> | undefined;
  readonly after: Row<K, V>;
}

/** An aggregation without windows: a change for each event, of everything its key has had so far. */
export function aggregated<T, K, V>(
  stream: Recorded<T>,
  key: (value: T) => K,
  result: (values: readonly T[]) => V,
): Recorded<RowChange<K, V>> {
  const facts = stream.flatMap((entry) => (entry.kind === 'fact' ? [entry] : []));
  return stream.map((entry) => {
    if (entry.kind === 'step') return entry;
    const ofKey = key(entry.value);
    const upToHere = facts.slice(0, facts.indexOf(entry) + 1).filter(({ value }) => same(key(value), ofKey));
    const rowAfter = (count: number): Row<K, V> | undefined => {
      const last = upToHere[count - 1];
      if (last === undefined) return undefined;
      const value = result(upToHere.slice(0, count).map((fact) => fact.value));
      const first = key((upToHere[0] as typeof last).value);
      return { key: first, window: undefined, value, time: last.time, revision: count - 1, finality: 'provisional', evidence: [] };
    };
    const after = rowAfter(upToHere.length) as Row<K, V>;
    return { ...entry, value: { before: rowAfter(upToHere.length - 1), after } };
  });
}
