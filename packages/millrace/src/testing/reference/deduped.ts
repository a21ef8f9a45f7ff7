import { same } from './same.ts';
import type { Recorded } from './recorded.ts';

export interface Deduped<T> {
  readonly out: Recorded<T>;
  readonly late: Recorded<T>;
  readonly conflicts: Recorded<T>;
  readonly duplicates: number;
}

/**
 * dedupe: an event repeats one that was passed if their ids are equal, their times are less than the
 * retention apart, and the former is not older than the frontier less the retention. An event that is
 * older than that itself is late. With `content`, one that repeats the id but no content is a conflict.
 */
export function deduped<T>(stream: Recorded<T>, id: (value: T) => unknown, forMs: number, content?: (value: T) => unknown): Deduped<T> {
  const passed: { readonly id: unknown; readonly time: number; readonly value: T }[] = [];
  const conflicts: Recorded<T>[number][] = [];
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
    else if (passed.some(repeats)) {
      const says = (one: { readonly value: T }): boolean => content === undefined || same(content(one.value), content(entry.value));
      if (passed.filter(repeats).some(says)) duplicates += 1;
      else conflicts.push(entry);
    }
    else {
      passed.push({ id: id(entry.value), time: entry.time, value: entry.value });
      out.push(entry);
    }
  }
  return { out, late, conflicts, duplicates };
}
