import type { Fact, Recorded } from './recorded.ts';
import { merged } from './merged.ts';
import { same } from './same.ts';

export type Pairing = {
  /** Which times belong together. */
  readonly belong: (left: number, right: number) => boolean;
  /** From which frontier on a left or a right event of a time has no partner to come. */
  readonly closes: { readonly left: (time: number) => number; readonly right: (time: number) => number };
  /** Whether an event of this time comes too late when the frontier stands there. */
  readonly isLate: (time: number, frontier: number) => boolean;
  /** How far the frontier behind the join gets. */
  readonly behind: (frontier: number) => number;
};

export interface JoinedBy<L, R, K, V> extends Pairing {
  readonly kind: 'inner' | 'left' | 'outer';
  readonly left: (value: L) => K;
  readonly right: (value: R) => K;
  readonly combine: (left: L | undefined, right: R | undefined) => V;
}

export interface Joined<T, V> {
  readonly out: Recorded<V>;
  /** It has the frontier behind the join. */
  readonly late: Recorded<T>;
}

type Sided<L, R> = { readonly side: 'left'; readonly of: L } | { readonly side: 'right'; readonly of: R };

const tagged = <T, S>(stream: Recorded<T>, tag: (value: T) => S): Recorded<S> =>
  stream.map((entry) => (entry.kind === 'step' ? entry : { ...entry, value: tag(entry.value) }));

/** join of two streams: everything that came and was not late is kept for ever, and compared with everything. */
export function joined<L, R, K, V>(left: Recorded<L>, right: Recorded<R>, by: JoinedBy<L, R, K, V>): Joined<L | R, V> {
  const kept: (Fact<Sided<L, R>> & { alone: boolean })[] = [];
  const out: Recorded<V>[number][] = [];
  const late: Recorded<L | R>[number][] = [];
  let frontier = -1;
  const inputs = merged(
    tagged(left, (of): Sided<L, R> => ({ side: 'left', of })),
    tagged(right, (of): Sided<L, R> => ({ side: 'right', of })),
  );
  const leavesAlone = (side: 'left' | 'right'): boolean => by.kind === 'outer' || (by.kind === 'left' && side === 'left');
  const closes = ({ value: { side }, time }: Fact<Sided<L, R>>): number => by.closes[side](time);
  const keyOf = (one: Sided<L, R>): K => (one.side === 'left' ? by.left(one.of) : by.right(one.of));
  for (const entry of inputs) {
    if (entry.kind === 'step') {
      const alone = kept.filter((one) => one.alone && leavesAlone(one.value.side) && closes(one) <= entry.to);
      // Left events before right ones where both close at the same time.
      const bySide = alone.toSorted((a, b) => closes(a) - closes(b) || (a.value.side === b.value.side ? 0 : a.value.side === 'left' ? -1 : 1));
      for (const one of bySide) {
        one.alone = false;
        const value = one.value.side === 'left' ? by.combine(one.value.of, undefined) : by.combine(undefined, one.value.of);
        out.push({ kind: 'fact', at: entry.at, value, time: one.time, cause: { kind: 'frontier', time: closes(one) } });
      }
      frontier = entry.to;
      const behind = { ...entry, to: by.behind(entry.to) };
      out.push(behind);
      late.push(behind);
      continue;
    }
    const { value: one, time } = entry;
    if (by.isLate(time, frontier)) {
      late.push({ ...entry, value: one.of });
      continue;
    }
    const partners = kept.filter((other) => {
      if (other.value.side === one.side || !same(keyOf(other.value), keyOf(one))) return false;
      return one.side === 'left' ? by.belong(time, other.time) : by.belong(other.time, time);
    });
    for (const partner of partners) {
      partner.alone = false;
      const [l, r] = one.side === 'left' ? [one.of, partner.value.of] : [partner.value.of, one.of];
      out.push({ ...entry, value: by.combine(l as L, r as R), time: Math.max(time, partner.time) });
    }
    kept.push({ ...entry, alone: partners.length === 0 });
  }
  return { out, late };
}
