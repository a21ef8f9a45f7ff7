import type { EpochMs, Hello, Now } from '../../api.ts';

export const stripRanges = ['minutes', 'hours', 'day'] as const;
export type StripRange = (typeof stripRanges)[number];

const lengthsMs: Readonly<Record<StripRange, number>> = { minutes: 15 * 60_000, hours: 3 * 3_600_000, day: 24 * 3_600_000 };

export const isStripRange = (text: string): text is StripRange => (stripRanges as readonly string[]).includes(text);

/** What the strip shows: the newest stretch; of a replay, which has another time than we, all of it. */
export function stripSpan(range: StripRange, { at, producers }: Pick<Now, 'at' | 'producers'>, { mode }: Pick<Hello, 'mode'>): { readonly from: EpochMs; readonly to: EpochMs } {
  if (mode !== 'replay') return { from: at - lengthsMs[range], to: at };
  const starts = producers.flatMap(({ segments }) => segments.map(({ from }) => from));
  const ends = producers.flatMap(({ segments, gaps }) => [...segments, ...gaps].map(({ to }) => to));
  return starts.length === 0 ? { from: at - lengthsMs[range], to: at } : { from: Math.min(...starts), to: Math.max(...ends, Math.min(...starts) + 1) };
}
