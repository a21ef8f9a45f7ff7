import type { Pairing } from './stream-joined.ts';
import { tumblingAt } from './windowed.ts';

export type JoinKind = 'inner' | 'left' | 'outer';

/** Which events of two streams belong together: all, those of one window, or a right one so far before or after a left one; in ms. */
export type PairingSpan = 'forever' | { readonly windowMs: number } | { readonly before: number; readonly after: number };

/** After every time there can be, and before the end of the input is over: by then what has no partner leaves. */
const AT_THE_END = 2 ** 60;

/** What a join means for time. */
export function pairingOf(kind: JoinKind, span: PairingSpan): Pairing {
  if (span === 'forever') {
    const never = { left: () => AT_THE_END, right: () => AT_THE_END };
    return { belong: () => true, closes: never, isLate: () => false, behind: (f) => (kind === 'inner' || f === Infinity ? f : -1) };
  }
  if ('windowMs' in span) {
    const at = tumblingAt(span.windowMs);
    const end = (time: number): number => at(time).end;
    return { belong: (l, r) => end(l) === end(r), closes: { left: end, right: end }, isLate: (time, f) => end(time) <= f, behind: (f) => (f === Infinity ? f : at(f).start) };
  }
  const { before, after } = span;
  const backMs = kind === 'inner' ? 0 : kind === 'left' ? after : Math.max(before, after);
  return {
    belong: (l, r) => r >= l - before && r <= l + after,
    closes: { left: (time) => time + after + 1, right: (time) => time + before + 1 },
    isLate: (time, f) => time < f,
    behind: (f) => Math.max(-1, f - backMs),
  };
}
