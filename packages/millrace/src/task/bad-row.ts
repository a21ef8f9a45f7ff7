import { rawText } from './bad-record.ts';
import type { BadInput, BadReason } from './source.ts';

/*
 * Something that came to a log instead of an event: it keeps its place among the events, and whoever
 * reads the log sets it aside.
 *
 *   bad-row := Map { MARK → [reason, message, raw] }
 *
 * A Map, because what comes from outside is JSON, and no JSON becomes one.
 */
const MARK = 'millrace:bad-row';

/**
 * For `program.append`: a row that is no event, with the reason. It comes among the events, in its
 * turn, and is set aside there.
 */
export function badRow(reason: BadReason, message: string, raw: unknown): ReadonlyMap<string, readonly string[]> {
  return new Map([[MARK, [reason, message, rawText(raw)]]]);
}

/** What is wrong with a row; undefined if it is an event. */
export function badOf(row: unknown): BadInput['bad'] | undefined {
  if (!(row instanceof Map) || !row.has(MARK)) return undefined;
  const [reason, message, raw] = row.get(MARK) as [BadReason, string, string];
  return { reason, message, raw };
}

/** The place of the first bad row; the number of rows if all are events. */
export function eventsBefore(rows: readonly unknown[]): number {
  let count = 0;
  while (count < rows.length && !(rows[count] instanceof Map && badOf(rows[count]) !== undefined)) count += 1;
  return count;
}
