import { same } from './same.ts';
import type { Recorded } from './recorded.ts';

export interface Deduped<T> {
  readonly out: Recorded<T>;
  readonly late: Recorded<T>;
  readonly duplicates: number;
}

/**
 * dedupe: an event repeats one that was passed if their ids are equal, their times are less than the
 * retention apart, and the former is not older than the frontier less the retention. An event that is
 * older than that itself is late.
 */
export function deduped<T>(stream: Recorded<T>, id: (value: T) => unknown, forMs: number): Deduped<T> {
  const passed: { readonly id: unknown; readonly time: number }[] = [];
  const out: Recorded<T>[number][] = [];
  const late: Recorded<T>[number][] = [];
  let duplicates = 0;
  let frontier = -1;
  for (const entry of stream) {
    if (entry.kind === 'step') {
      frontier = entry.to;
      out.push(entry);
      late.push(entry);
      continue;
    }
    const horizon = frontier - forMs;
    const repeats = (one: { id: unknown; time: number }): boolean =>
      same(one.id, id(entry.value)) && Math.abs(one.time - entry.time) < forMs && one.time >= horizon;
    if (entry.time < horizon) late.push(entry);
    else if (passed.some(repeats)) duplicates += 1;
    else {
      passed.push({ id: id(entry.value), time: entry.time });
      out.push(entry);
    }
  }
  return { out, late, duplicates };
}
