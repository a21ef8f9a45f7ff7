import type { Fact, Recorded } from './recorded.ts';
import { type OwnWindow, type OwnWindows, byTime, ownWindows } from './own-windows.ts';
import { same } from './same.ts';

export interface SlidBy<T, K, V> {
  readonly key: (value: T) => K;
  readonly length: number;
  readonly retain: number;
  readonly early?: 'each' | number;
  /** The result of all events in (t − length, t], by time, then by position. */
  readonly result: (values: readonly T[]) => V;
}

/** Sliding windows: a row for every event, of all events of its key that it sees. */
export function slid<T, K, V>(stream: Recorded<T>, { key, length, retain, early, result }: SlidBy<T, K, V>): OwnWindows<T, K, V> {
  const inputs: Fact<T>[] = [];
  const timeOf = ({ window }: OwnWindow<T, K, V>): number => window.end - 1;
  return ownWindows<T, K, V>(stream, {
    retain,
    ...(early !== undefined && { early }),
    result: (row) => {
      const seen = inputs.filter(({ time, value }) => same(key(value), row.key) && time > timeOf(row) - length && time <= timeOf(row));
      return result(byTime(seen).map(({ value }) => value));
    },
    take: (fact, world) => {
      const { time, value } = fact;
      const isClosed = time < world.frontier;
      inputs.push(fact);
      if (isClosed && !world.mayAppear(time + 1)) world.late(fact);
      else world.windows.push({ key: key(value), window: { start: time - length + 1, end: time + 1 }, facts: [fact], left: [], stirred: true, status: isClosed ? 'closed' : 'open' });
      const seeing = world.windows.filter((row) => same(row.key, key(value)) && row.status !== 'final' && timeOf(row) >= time && timeOf(row) < time + length);
      for (const first of byTime(seeing.map(({ facts: [own] }) => own as Fact<T>))) {
        const row = seeing.find(({ facts: [own] }) => own === first);
        if (row !== undefined) world.changed(row, fact);
      }
    },
  });
}
