import type { Fact, Position, Recorded } from './recorded.ts';
import { same } from './same.ts';

export interface DeferredBy<T, K> {
  readonly key: (value: T) => K;
  readonly until: (value: T, later: T) => boolean;
  readonly timeout: number;
}

/** What leaves, and from which frontier on. */
export type DeferredFact<T> = Fact<{ readonly value: T; readonly by: T | undefined }> & { readonly due: number };

export interface Deferred<T> {
  readonly out: Recorded<{ readonly value: T; readonly by: T | undefined }>;
  readonly late: Recorded<T>;
  /** How many have not left. */
  readonly waiting: number;
}

const positionOf = <T>({ cause, position }: Fact<T>): Position => position ?? (cause as Position & Fact<T>['cause']);

/** By event time, then by position; what stands in one place stays in the order in which it came. */
function sorted<T>(facts: readonly Fact<T>[]): readonly Fact<T>[] {
  const place = (fact: Fact<T>): readonly (number | string)[] => {
    const { source, partition, offset } = positionOf(fact);
    return [fact.time, source, partition, offset];
  };
  return facts.toSorted((one, other) => {
    const [a, b] = [place(one), place(other)];
    const i = a.findIndex((part, index) => part !== b[index]);
    return i < 0 ? 0 : (a[i] as number) < (b[i] as number) ? -1 : 1;
  });
}

/** At one time first what was ended, in the order of what ends it. */
const rank = ({ by }: { readonly by: number }): number => (by < 0 ? Infinity : by);

/** defer: of all that came and was not late, sorted, the first behind an event that ends its wait; known once the frontier has passed that. */
export function deferred<T, K>(stream: Recorded<T>, { key, until, timeout }: DeferredBy<T, K>): Deferred<T> {
  const out: Recorded<{ value: T; by: T | undefined }>[number][] = [];
  const late: Recorded<T>[number][] = [];
  const came: Fact<T>[] = [];
  const left = new Set<Fact<T>>();
  let frontier = -1;
  let behind = -1;
  for (const entry of stream) {
    if (entry.kind === 'fact') {
      if (entry.time < frontier) late.push(entry);
      else came.push(entry);
      continue;
    }
    frontier = entry.to;
    const all = sorted(came);
    const results = all.flatMap((fact, i) => {
      if (left.has(fact)) return [];
      const ends = (later: Fact<T>, at: number): boolean =>
        at > i && later.time <= fact.time + timeout && same(key(later.value), key(fact.value)) && until(fact.value, later.value);
      const by = all.findIndex(ends);
      const due = (by < 0 ? fact.time + timeout : (all[by] as Fact<T>).time) + 1;
      return due <= entry.to ? [{ fact, by, due }] : [];
    });
    for (const { fact, by, due } of results.toSorted((a, b) => a.due - b.due || (rank(a) === rank(b) ? 0 : rank(a) - rank(b)))) {
      left.add(fact);
      out.push({ ...fact, at: entry.at, value: { value: fact.value, by: all[by]?.value }, due } as DeferredFact<T>);
    }
    if (entry.passing === true) continue;
    const to = Math.min(entry.to, ...came.filter((fact) => !left.has(fact)).map(({ time }) => time));
    if (to <= behind) continue;
    behind = to;
    out.push({ ...entry, to });
    late.push({ ...entry, to });
  }
  return { out, late, waiting: came.length - left.size };
}
