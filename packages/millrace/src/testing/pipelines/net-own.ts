import type { Adjustment } from '../../operator/ledger/adjustment.ts';
import type { Change, Row } from '../../operator/row.ts';
import type { Net } from './net.ts';

/*
 * Windows that every key has of its own have no place that is theirs: a session goes back and a longer one
 * comes, and two rows of a sliding window may be equal. What goes back has to be there, and not be final.
 */

const textOf = (key: unknown, window: Row<unknown, unknown>['window'], value: unknown): string => JSON.stringify([window?.end, window?.start, key, value]);

/** Rows by what they say, each with how often it is there. */
export function netOfOwnRows(rows: readonly Row<unknown, unknown>[]): Net {
  const net = new Map<string, number>();
  for (const { key, window, value } of rows) add(net, textOf(key, window, value), 1);
  return net;
}

/** What all changes, and the adjustments after them, come to; throws where one takes back what is not there, or a change what is final. */
export function netOfOwn(changes: readonly Change<unknown, unknown>[], adjustments: readonly Adjustment<unknown, unknown>[] = []): Net {
  const net = new Map<string, number>();
  const finals = new Map<string, number>();
  for (const { key, window, before, after, finality } of changes) {
    if (before !== undefined) {
      const text = textOf(key, window, before);
      if ((net.get(text) ?? 0) - (finals.get(text) ?? 0) < 1) throw new Error(`${text} was taken back, and ${finals.has(text) ? 'is final' : 'is not there'}`);
      add(net, text, -1);
    }
    if (after === undefined) continue;
    add(net, textOf(key, window, after), 1);
    if (finality === 'final') add(finals, textOf(key, window, after), 1);
  }
  for (const { adjusts: { key, window }, before, after } of adjustments) {
    if (before !== undefined && !net.has(textOf(key, window, before))) throw new Error(`${textOf(key, window, before)} was adjusted, and is not there`);
    if (before !== undefined) add(net, textOf(key, window, before), -1);
    if (after !== undefined) add(net, textOf(key, window, after), 1);
  }
  return net;
}

function add(net: Map<string, number>, text: string, count: number): void {
  const sum = (net.get(text) ?? 0) + count;
  if (sum === 0) net.delete(text);
  else net.set(text, sum);
}
