import type { Row } from '../../operator/row.ts';
import type { RowChange } from './aggregated.ts';
import type { Fact, Recorded } from './recorded.ts';
import { same } from './same.ts';

export interface FilledBy<T, K, V> {
  readonly key: (value: T) => K;
  readonly size: number;
  /** For how long after the last window with an event the empty ones leave. */
  readonly fill: number;
  /** Of no events, too. */
  readonly result: (values: readonly T[]) => V;
}

interface Group<T, K> {
  readonly key: K;
  readonly end: number;
  readonly values: T[];
  /** The end of the last window of the key in which there was something. */
  readonly last: number;
}

/** Tumbling windows of which the empty ones leave too: those of the window before it that are carried on, after those that have come. */
export function filled<T, K, V>(stream: Recorded<T>, { key, size, fill, result }: FilledBy<T, K, V>): { readonly changes: Recorded<RowChange<K, V>>; readonly late: Recorded<T>; readonly open: readonly Row<K, V>[] } {
  const groups: Group<T, K>[] = [];
  const changes: Recorded<RowChange<K, V>>[number][] = [];
  const late: Recorded<T>[number][] = [];
  let frontier = -1;
  const rowOf = ({ key: ofKey, end, values }: Group<T, K>): Row<K, V> => ({ key: ofKey, window: { start: end - size, end }, value: result(values), time: end - 1, revision: 0, finality: 'provisional', evidence: [] });
  const take = (entry: Fact<T>): void => {
    const end = (Math.floor(entry.time / size) + 1) * size;
    if (end <= frontier) return void late.push(entry);
    const group = groups.find((one) => one.end === end && same(one.key, key(entry.value)));
    if (group === undefined) groups.push({ key: key(entry.value), end, values: [entry.value], last: end });
    else group.values.push(entry.value);
  };
  for (const entry of stream) {
    if (entry.kind === 'fact') {
      take(entry);
      continue;
    }
    const latest = Math.max(0, ...groups.map(({ last }) => last)) + fill;
    for (let end = (Math.floor(frontier / size) + 1) * size; end <= Math.min(entry.to, latest); end += size) {
      for (const { key: ofKey, last } of groups.filter((one) => one.end === end - size && one.last + fill >= end)) {
        if (!groups.some((one) => one.end === end && same(one.key, ofKey))) groups.push({ key: ofKey, end, values: [], last });
      }
      for (const group of groups.filter((one) => one.end === end)) {
        const after: Row<K, V> = { ...rowOf(group), finality: 'final', evidence: entry.evidence };
        changes.push({ kind: 'fact', at: entry.at, time: after.time, cause: { kind: 'frontier', time: end }, value: { before: undefined, after } });
      }
    }
    frontier = entry.to;
    changes.push(entry);
    late.push(entry);
  }
  return { changes, late, open: groups.filter(({ end }) => end > frontier).map(rowOf) };
}
