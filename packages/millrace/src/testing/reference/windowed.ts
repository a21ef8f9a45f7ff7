import type { Row } from '../../operator/row.ts';
import type { Interval } from '../../time/calendar.ts';
import type { Recorded } from './recorded.ts';
import { same } from './same.ts';

export interface WindowedBy<T, K, V> {
  readonly key: (value: T) => K;
  readonly at: (time: number, value: T) => Interval;
  /** The result of all events of a key and a window, in the order in which they came. */
  readonly result: (values: readonly T[]) => V;
}

export interface Windowed<T, K, V> {
  /** Each window's rows when it closes, final. */
  readonly rows: Recorded<Row<K, V>>;
  readonly late: Recorded<T>;
  /** What is in windows that never closed. */
  readonly open: readonly Row<K, V>[];
}

interface Group<T, K> {
  readonly key: K;
  readonly window: Interval;
  readonly values: T[];
}

/** window + aggregation, under the policy `drop`. */
export function windowed<T, K, V>(stream: Recorded<T>, { key, at, result }: WindowedBy<T, K, V>): Windowed<T, K, V> {
  let open: Group<T, K>[] = [];
  const rows: Recorded<Row<K, V>>[number][] = [];
  const late: Recorded<T>[number][] = [];
  let frontier = -1;

  const rowOf = ({ key: ofKey, window, values }: Group<T, K>): Omit<Row<K, V>, 'finality' | 'evidence'> => ({
    key: ofKey,
    window,
    value: result(values),
    time: window.end - 1,
    revision: 0,
  });

  for (const entry of stream) {
    if (entry.kind === 'step') {
      const closing = open.filter(({ window }) => window.end <= entry.to).toSorted((a, b) => a.window.end - b.window.end);
      open = open.filter(({ window }) => window.end > entry.to);
      for (const group of closing) {
        const value: Row<K, V> = { ...rowOf(group), finality: 'final', evidence: entry.evidence };
        rows.push({ kind: 'fact', at: entry.at, value, time: value.time, cause: { kind: 'frontier', time: group.window.end } });
      }
      frontier = entry.to;
      rows.push(entry);
      late.push(entry);
      continue;
    }
    const window = at(entry.time, entry.value);
    if (window.end <= frontier) {
      late.push(entry);
      continue;
    }
    const ofKey = key(entry.value);
    let group = open.find((one) => one.window.end === window.end && same(one.key, ofKey));
    if (group === undefined) {
      group = { key: ofKey, window, values: [] };
      open.push(group);
    }
    group.values.push(entry.value);
  }
  return { rows, late, open: open.map((group) => ({ ...rowOf(group), finality: 'provisional', evidence: [] })) };
}

/** The window of `size` that holds `time`, found by walking. */
export function tumblingAt(size: number, offset = 0): (time: number) => Interval {
  return (time) => {
    let start = offset;
    while (start > time) start -= size;
    while (start + size <= time) start += size;
    return { start, end: start + size };
  };
}
