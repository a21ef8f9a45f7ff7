import type { EvidenceName } from '../../time/evidence.ts';
import { type Recorded, united } from './recorded.ts';

/** concat: the first as it is; at its end all that has been of the second by then, and what follows of the second. */
export function concatenated<T>(first: Recorded<T>, second: Recorded<T>): Recorded<T> {
  const end = first.find((entry) => entry.kind === 'step' && entry.to === Infinity);
  if (end === undefined || end.kind !== 'step') return first;
  const out = first.filter((entry) => entry !== end);
  let frontier = Math.max(-1, ...out.flatMap((entry) => (entry.kind === 'step' ? [entry.to] : [])));
  // A step that no event has followed by the time of the end is taken together with those before it.
  let waiting: { readonly to: number; readonly evidence: readonly EvidenceName[] } | undefined;
  const step = (at: number): void => {
    if (waiting === undefined || waiting.to <= frontier) return;
    frontier = waiting.to;
    out.push({ kind: 'step', at, to: waiting.to, evidence: united([end.evidence, waiting.evidence]) });
  };
  const early = second.filter(({ at }) => at <= end.at);
  for (const entry of early) {
    if (entry.kind === 'step') waiting = entry;
    else {
      step(end.at);
      out.push({ ...entry, at: end.at });
    }
  }
  step(end.at);
  for (const entry of second.slice(early.length)) {
    if (entry.kind === 'fact') out.push(entry);
    else {
      waiting = entry;
      step(entry.at);
    }
  }
  return out;
}
