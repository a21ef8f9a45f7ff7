import type { Change, Row } from '../../operator/row.ts';
import type { RowChange } from './aggregated.ts';
import type { Recorded } from './recorded.ts';

/** changes: a table's changelog as facts, from what to what and because of what. */
export function changed<K, V>(stream: Recorded<RowChange<K, V>>): Recorded<Change<K, V>> {
  return stream.map((entry) => {
    if (entry.kind === 'step') return entry;
    const { before, after } = entry.value;
    const { key, window, time, revision, finality, evidence } = after;
    const value = { key, window, before: before?.value, after: after.value, time, revision, cause: entry.cause, finality, evidence };
    return { ...entry, value };
  });
}

/** The rows of closing windows as changes: they come from nothing. */
export function appeared<K, V>(rows: Recorded<Row<K, V>>): Recorded<RowChange<K, V>> {
  return rows.map((entry) => (entry.kind === 'step' ? entry : { ...entry, value: { before: undefined, after: entry.value } }));
}
