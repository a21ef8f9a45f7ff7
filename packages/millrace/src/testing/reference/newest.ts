import type { Row } from '../../operator/row.ts';
import type { Recorded } from './recorded.ts';

export interface Newest<T, K, V> {
  /** The table after everything. */
  readonly rows: readonly Row<K, V>[];
  readonly late: Recorded<T>;
}

/**
 * toTable: of each key the newest event by time, of equal times the later one; older ones are late. A going
 * is remembered until the frontier is `keep` past it; what is older than a forgotten one, and whose key is
 * not there, is late.
 */
export function newest<T, K extends string, V>(stream: Recorded<T>, key: (value: T) => K, valueOf: (value: T) => V | undefined, keep: number): Newest<T, K, V> {
  const known = new Map<K, { time: number; value: V | undefined; revision: number }>();
  const late: Recorded<T>[number][] = [];
  let frontier = -1;
  let forgotten = -Infinity;
  const forget = (): void => {
    for (const [one, { time, value }] of known) {
      if (value !== undefined || time + keep > frontier) continue;
      known.delete(one);
      forgotten = Math.max(forgotten, time);
    }
  };
  for (const entry of stream) {
    if (entry.kind === 'step') {
      frontier = entry.to;
      forget();
      continue;
    }
    const former = known.get(key(entry.value));
    if (entry.time < (former === undefined ? forgotten : former.time)) {
      late.push(entry);
      continue;
    }
    const value = valueOf(entry.value);
    const revision = former === undefined || former.value === undefined ? 0 : former.revision + 1;
    known.set(key(entry.value), { time: entry.time, value, revision });
    forget();
  }
  const rows = [...known].flatMap(([one, { time, value, revision }]): Row<K, V>[] =>
    value === undefined ? [] : [{ key: one, window: undefined, value, time, revision, finality: 'provisional', evidence: [] }],
  );
  return { rows, late };
}
