import type { Interval } from '../../time/calendar.ts';
import type { Fact, Recorded } from './recorded.ts';
import { type Revised, type RevisedBy, revised } from './revised.ts';

export interface HoppedBy<T, K, V> extends Omit<RevisedBy<T, K, V>, 'at'> {
  readonly size: number;
  readonly advance: number;
}

interface Copy<T> {
  readonly of: Fact<T>;
  readonly window: Interval;
}

export interface Hopped<T, K, V> extends Revised<T, K, V> {
  /** Whether an event came too late for some of its windows. */
  readonly isMissed: boolean;
}

/** Hopping windows: aligned ones, for each event as often as it is in one. It is late where it is late for all. */
export function hopped<T, K, V>(stream: Recorded<T>, { size, advance, key, result, ...policy }: HoppedBy<T, K, V>): Hopped<T, K, V> {
  const copies = stream.flatMap((entry): Recorded<Copy<T>> => {
    if (entry.kind === 'step') return [entry];
    return windowsOf(entry.time, size, advance).map((window) => ({ ...entry, value: { of: entry, window } }));
  });
  const { changes, late, open } = revised(copies, {
    ...policy,
    key: ({ of }) => key(of.value),
    at: (_, { window }) => window,
    result: (values) => result(values.map(({ of }) => of.value)),
  });
  const missed = new Map<Fact<T>, number>();
  for (const entry of late) if (entry.kind === 'fact') missed.set(entry.value.of, (missed.get(entry.value.of) ?? 0) + 1);
  const all = stream.filter((entry) => entry.kind === 'step' || missed.get(entry) === windowsOf(entry.time, size, advance).length);
  return { changes, late: all, open, isMissed: missed.size > 0 };
}

/** Found by trying all. */
export function windowsOf(time: number, size: number, advance: number): readonly Interval[] {
  const windows: Interval[] = [];
  for (let start = -Math.ceil(size / advance) * advance; start <= time; start += advance) {
    if (start + size > time) windows.push({ start, end: start + size });
  }
  return windows;
}
