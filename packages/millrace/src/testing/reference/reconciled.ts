import type { Row } from '../../operator/row.ts';
import type { Recorded } from './recorded.ts';
import { same } from './same.ts';
import { type WindowedBy, windowed } from './windowed.ts';

/** One result that a recount found otherwise. */
export interface Difference<K, V> {
  readonly key: K;
  readonly end: number;
  readonly revision: number;
  readonly before: V | undefined;
  readonly after: V | undefined;
}

/** A recount's differences, by ends of windows; `upTo[i]` is how much of the stream the i-th one counts. */
export function reconciled<T, K, V>(stream: Recorded<T>, by: WindowedBy<T, K, V>, upTo: readonly number[], keep: number): readonly (readonly Difference<K, V>[])[] {
  const known: { key: K; end: number; revision: number; value: V | undefined }[] = [];
  let left = 0;
  return upTo.map((count) => {
    const part = stream.slice(0, count);
    let frontier = -1;
    for (const entry of part) if (entry.kind === 'step') frontier = entry.to;
    const rows = windowed(part, by).rows.flatMap((entry) => (entry.kind === 'fact' ? [entry.value] : []));
    for (const { key, window, value } of rows.slice(left)) known.push({ key, end: window?.end as number, revision: 0, value });
    left = rows.length;
    const counted = everyWindow(part, by);
    const ends = [...new Set([...counted, ...known].map((one) => ('end' in one ? one.end : (one.window?.end as number))))].sort((a, b) => a - b);
    return ends.filter((end) => end <= frontier && end + keep > frontier).flatMap((end) => {
      const differences: Difference<K, V>[] = [];
      for (const { key, value } of counted.filter(({ window }) => window?.end === end)) {
        const former = known.find((one) => one.end === end && same(one.key, key));
        if (former === undefined) {
          known.push({ key, end, revision: 0, value });
          differences.push({ key, end, revision: 0, before: undefined, after: value });
        } else if (!same(former.value, value)) {
          differences.push({ key, end, revision: former.revision, before: former.value, after: value });
          former.revision += 1;
          former.value = value;
        }
      }
      return differences;
    });
  });
}

/** What every window comes to when nothing is late, in the order in which windows and their keys first came. */
function everyWindow<T, K, V>(stream: Recorded<T>, by: WindowedBy<T, K, V>): readonly Row<K, V>[] {
  const facts = stream.filter((entry) => entry.kind === 'fact');
  return windowed(facts, by).open;
}
