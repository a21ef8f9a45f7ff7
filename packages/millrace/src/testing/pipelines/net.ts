import type { Adjustment } from '../../operator/ledger/adjustment.ts';
import type { Change, Row } from '../../operator/row.ts';

/** Results by place: a key, and a window where there are any. */
export type Net = ReadonlyMap<string, unknown>;

const placeOf = (key: unknown, end: number | undefined): string => `${end ?? ''} ${JSON.stringify(key)}`;

export function netOfRows(rows: readonly Row<unknown, unknown>[]): Net {
  return new Map(rows.map(({ key, window, value }) => [placeOf(key, window?.end), value]));
}

/**
 * What all changes, and the adjustments after them, come to; throws where one does not go on from the one before it,
 * changes what is final, or has a revision that does not follow. `uncounted`: revisions may leave some out.
 */
export function netOf(changes: readonly Change<unknown, unknown>[], adjustments: readonly Adjustment<unknown, unknown>[] = [], uncounted = false): Net {
  const net = new Map<string, unknown>();
  const last = new Map<string, Change<unknown, unknown>>();
  const goOn = (place: string, before: unknown, after: unknown): void => {
    if (!isSame(net.get(place), before)) throw new Error(`the changelog breaks at ${place}: it had come to ${show(net.get(place))}, and goes on from ${show(before)}`);
    if (after === undefined) net.delete(place);
    else net.set(place, after);
  };
  for (const change of changes) {
    const place = placeOf(change.key, change.window?.end);
    const former = last.get(place);
    if (former?.finality === 'final') throw new Error(`what was final at ${place}, ${show(former.after)}, was changed to ${show(change.after)}`);
    // A row that comes back begins anew.
    const expected = former?.after === undefined ? 0 : former.revision + (isSame(former.after, change.after) && change.finality === 'final' ? 0 : 1);
    const isNext = change.revision === expected || change.revision === expected + 1 || (uncounted && change.revision > expected);
    if (!isNext) throw new Error(`revision ${change.revision} at ${place} follows on ${former?.revision}`);
    goOn(place, change.before, change.after);
    last.set(place, change);
  }
  const adjusted = new Map<string, number>();
  for (const { adjusts, before, after, finality } of adjustments) {
    const place = placeOf(adjusts.key, adjusts.window.end);
    if (finality !== 'final') throw new Error(`the adjustment at ${place} is ${finality}`);
    if (adjusts.revision < (adjusted.get(place) ?? 0)) throw new Error(`the adjustment at ${place} names revision ${adjusts.revision} after ${adjusted.get(place)}`);
    adjusted.set(place, adjusts.revision);
    goOn(place, before, after);
  }
  return net;
}

const show = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
