import type { EpochMs, Evidence, Finality, UsageWindow } from '../api.ts';
import type { Group, Unit } from './question.ts';

/** One window of time, with what was used in it of each series. */
export type SeriesRow = {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** One for each name. */
  readonly values: readonly number[];
  readonly total: number;
  readonly finality: Finality;
};

export type Series = {
  /** What is told apart, the largest first; all that are smaller are one, the last. */
  readonly names: readonly string[];
  /** Of how many the last is; 0: there are no others. */
  readonly others: number;
  readonly rows: readonly SeriesRow[];
};

/** As many as a reader tells apart by colour. */
export const SERIES_MAX = 5;

/** What a row is of, where `group` is told apart: its value, '' where it has none. */
export const nameIn = (row: UsageWindow, group: Group): string => (group === 'none' ? '' : row[group] ?? '');

/**
 * What the meter answered, as a chart draws it: one row a window, what was measured here and elsewhere together,
 * as sure as the less sure of the two.
 */
export function seriesOf(windows: readonly UsageWindow[], group: Group, unit: Unit): Series {
  const totals = new Map<string, number>();
  for (const row of windows) totals.set(nameIn(row, group), (totals.get(nameIn(row, group)) ?? 0) + row[unit]);
  const ranked = [...totals].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([name]) => name);
  const names = ranked.slice(0, SERIES_MAX);
  const others = ranked.length - names.length;
  const place = new Map(names.map((name, at) => [name, at]));
  const width = names.length + (others > 0 ? 1 : 0);
  const rows = new Map<EpochMs, { from: EpochMs; to: EpochMs; values: number[]; total: number; finality: Finality }>();
  for (const row of windows) {
    const { start, end } = row.window;
    const made = rows.get(start) ?? { from: start, to: end, values: Array<number>(width).fill(0), total: 0, finality: 'final' };
    const at = place.get(nameIn(row, group)) ?? names.length;
    made.values[at] = (made.values[at] ?? 0) + row[unit];
    made.total += row[unit];
    if (row.finality === 'provisional') made.finality = 'provisional';
    rows.set(start, made);
  }
  return { names, others, rows: [...rows.values()].sort((a, b) => a.from - b.from) };
}

/** All rows as one, for the foot of their table. */
export function sumOf(windows: readonly UsageWindow[]): UsageWindow {
  const sum = (unit: Unit): number => windows.reduce((all, row) => all + row[unit], 0);
  const final = windows.every(({ finality }) => finality === 'final');
  const evidence: readonly Evidence[] = [];
  return {
    window: { start: windows[0]?.window.start ?? 0, end: windows.at(-1)?.window.end ?? 0 }, measured: 'here',
    requests: sum('requests'), inputTokens: sum('inputTokens'), cachedInputTokens: sum('cachedInputTokens'), outputTokens: sum('outputTokens'),
    finality: final ? 'final' : 'provisional', evidence,
  };
}
