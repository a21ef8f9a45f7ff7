import { type InspectOptions, inspect } from 'node:util';
import { isSame } from '../../operator/same-value.ts';
import type { Row } from '../../operator/row.ts';

const SHORT: InspectOptions = { breakLength: Number.POSITIVE_INFINITY, depth: 4, maxStringLength: 1000 };

/** The rows of a table. */
export type Rows = readonly Row<unknown, unknown>[];

/** What tells a row from the others of its table: all of its key, however long it is. */
export function placeOf(row: Row<unknown, unknown>): string {
  return placeText(row, { maxStringLength: null, maxArrayLength: null });
}

/** The same for people. */
export function shownPlace(row: Row<unknown, unknown>): string {
  return placeText(row);
}

function placeText({ key, window }: Row<unknown, unknown>, limits: InspectOptions = {}): string {
  return `${inspect(key, { ...SHORT, ...limits })}${window === undefined ? '' : ` from ${window.start} to ${window.end}`}`;
}

/**
 * Where two tables differ, in words. A window that is over is forgotten at some commit after its time: where it is in
 * one of them only, that is no difference.
 */
export function difference(rows: Rows, expected: Rows): string | undefined {
  const found = Map.groupBy(rows, placeOf);
  const known = Map.groupBy(expected, placeOf);
  for (const place of new Set([...found.keys(), ...known.keys()])) {
    const [some = [], others = []] = [found.get(place), known.get(place)];
    const isOver = (some.length === 0 || others.length === 0) && [...some, ...others].every(({ window }) => window !== undefined);
    // Sliding windows have a row for each event, so several may be in one place.
    if (!isOver && !areSame(some, others)) return `says ${shown(some)}; in one life it is ${shown(others)}`;
  }
  return undefined;
}

/** The same rows, in any order. */
function areSame(rows: Rows, others: Rows): boolean {
  const left = [...others];
  for (const row of rows) {
    const at = left.findIndex((other) => isSame(row, other));
    if (at < 0) return false;
    left.splice(at, 1);
  }
  return left.length === 0;
}

/** Short, on one line. */
export const shown = (value: unknown): string => inspect(value, SHORT);
