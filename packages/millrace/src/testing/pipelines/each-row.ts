import type { Change, Row } from '../../operator/row.ts';
import type { Recorded } from '../reference/recorded.ts';
import type { TableFlow, TableInput } from './operator.ts';

/** What is made of the value of a row; undefined: the row is left out. It depends on the value alone. */
type Make = (value: unknown) => unknown;

/** A table row by row, each with another value or left out. */
export function eachRow({ kept, forgettable, entries, ...traits }: TableInput, make: Make): TableFlow {
  const { reconciledMs: _adjusted, ...rest } = traits;
  const rows = (all: readonly Row<unknown, unknown>[]): readonly Row<unknown, unknown>[] => all.map((row) => ({ ...row, value: make(row.value) })).filter(({ value }) => value !== undefined);
  return { ...rest, several: true, kept: rows(kept), forgettable: rows(forgettable), uncounted: true, entries: changed(entries, make) };
}

/** Rows before and rows after are judged apart; the rest of a row, its revision too, is that of the row it is made of. */
function changed(entries: Recorded<Change<unknown, unknown>>, make: Make): Recorded<Change<unknown, unknown>> {
  /** The revisions of rows that are there, by what they say: some windows of a key may be alike. */
  const revisions = new Map<string, number[]>();
  const of = ({ key, window }: Change<unknown, unknown>, value: unknown): number[] => {
    const text = JSON.stringify([key, window, value]);
    const known = revisions.get(text) ?? [];
    revisions.set(text, known);
    return known;
  };
  return entries.flatMap((entry): Recorded<Change<unknown, unknown>> => {
    if (entry.kind === 'step') return [entry];
    const { value: change } = entry;
    const former = change.before === undefined ? undefined : of(change, change.before).shift();
    if (change.after !== undefined) of(change, change.after).push(change.revision);
    const before = change.before === undefined ? undefined : make(change.before);
    const after = change.after === undefined ? undefined : make(change.after);
    if (before === undefined && after === undefined) return [];
    if (after !== undefined) return [{ ...entry, value: { ...change, before, after } }];
    // A row that goes had not been final, and says so.
    return [{ ...entry, value: { ...change, before, after, revision: (former as number) + 1, finality: 'provisional', evidence: [] } }];
  });
}
