import type { EvidenceName } from '../../time/evidence.ts';
import type { Fact, Recorded } from './recorded.ts';

export interface Reordered<T> {
  readonly out: Recorded<T>;
  readonly late: Recorded<T>;
}

/** reorder by time: what is older than the frontier leaves, sorted; what comes when it is older already is late. */
export function reorderedByTime<T>(stream: Recorded<T>): Reordered<T> {
  const out: Recorded<T>[number][] = [];
  const late: Recorded<T>[number][] = [];
  let waiting: Fact<T>[] = [];
  let frontier = -1;
  for (const entry of stream) {
    if (entry.kind === 'step') {
      const leaving = waiting.filter(({ time }) => time < entry.to).toSorted((a, b) => a.time - b.time);
      waiting = waiting.filter(({ time }) => time >= entry.to);
      out.push(...leaving.map((fact) => ({ ...fact, at: entry.at })), entry);
      late.push(entry);
      frontier = entry.to;
    } else if (entry.time < frontier) late.push(entry);
    else waiting.push(entry);
  }
  return { out, late };
}

/** reorder by sequence: numbers leave one after the other; the frontier waits for the least time that waits. */
export function reorderedBySequence<T>(stream: Recorded<T>, sequence: (value: T) => number, from: number): Reordered<T> & { readonly duplicates: number } {
  const out: Recorded<T>[number][] = [];
  const late: Recorded<T>[number][] = [];
  let waiting: Fact<T>[] = [];
  let expected = from;
  let input: { to: number; evidence: readonly EvidenceName[] } = { to: -1, evidence: [] };
  let frontier = -1;
  let duplicates = 0;
  const numberOf = (fact: Fact<T>): number => sequence(fact.value);
  const leave = (fact: Fact<T>, at: number): void => {
    waiting = waiting.filter((one) => one !== fact);
    expected = numberOf(fact) + 1;
    out.push({ ...fact, at });
  };
  for (const entry of stream) {
    if (entry.kind === 'step') {
      input = entry;
      late.push(entry);
      if (entry.to === Infinity) for (const fact of waiting.toSorted((a, b) => numberOf(a) - numberOf(b))) leave(fact, entry.at);
    } else if (numberOf(entry) < expected) late.push(entry);
    else if (waiting.some((fact) => numberOf(fact) === numberOf(entry))) {
      duplicates += 1;
      late.push(entry);
    } else {
      waiting.push(entry);
      for (let next: Fact<T> | undefined = entry; next !== undefined; ) {
        next = waiting.find((fact) => numberOf(fact) === expected);
        if (next !== undefined) leave(next, entry.at);
      }
    }
    const to = Math.min(input.to, ...waiting.map(({ time }) => time));
    if (to > frontier) {
      frontier = to;
      out.push({ kind: 'step', at: entry.at, to, evidence: input.evidence });
    }
  }
  return { out, late, duplicates };
}
