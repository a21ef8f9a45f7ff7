import { deepStrictEqual, equal, notEqual } from 'node:assert/strict';
import type { Change, Row } from '../../operator/row.ts';

/** A table as what its changes add up to: rows by key and window, written out. */
export type Played<K, V> = ReadonlyMap<string, Row<K, V>>;

/** A row's place in words. */
export function placeIn(row: { readonly key: unknown; readonly window: { readonly start: number; readonly end: number } | undefined }): string {
  const key = JSON.stringify(row.key, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)) ?? 'all';
  return row.window === undefined ? key : `${key} [${row.window.start},${row.window.end})`;
}

export interface PlayedHow {
  /** Whether each change counts as a revision, except one that only makes a row final. Default true. */
  readonly counts?: boolean;
  /** Whether the frontiers of several sources make changes: then a time can be passed twice. Default false. */
  readonly apart?: boolean;
}

/**
 * Plays a changelog back. Each change has to go on from where the one before it ended; one step says one
 * thing about a row; a value that stays keeps its revision only where it becomes final; what is final never
 * changes.
 */
export function played<K, V>(changes: readonly Change<K, V>[], { counts = true, apart = false }: PlayedHow = {}): Played<K, V> {
  const rows = new Map<string, Row<K, V>>();
  const said = new Set<string>();
  for (const change of changes) {
    const { key, window, before, after, time, revision, finality, evidence } = change;
    const place = placeIn(change);
    const former = rows.get(place);
    if (!apart || change.cause.kind === 'event') {
      const saying = `${place} ${JSON.stringify(change.cause)}`;
      equal(said.has(saying), false, `a second change of ${place} because of one thing: ${saying}`);
      said.add(saying);
    }
    deepStrictEqual(before, former?.value, `what is before a change of ${place}`);
    notEqual(former?.finality, 'final', `a change of ${place}, which is final`);
    if (counts) {
      const settles = former !== undefined && finality === 'final' && revision === former.revision;
      if (settles) deepStrictEqual(after, before, `the value of ${place} as it becomes final`);
      else equal(revision, former === undefined ? 0 : former.revision + 1, `the revision of ${place}`);
    }
    if (after === undefined) rows.delete(place);
    else rows.set(place, { key, window, value: after, time, revision, finality, evidence });
  }
  return rows;
}

/** Its values alone. */
export function valuesIn<V>(table: Played<unknown, V>): Readonly<Record<string, V>> {
  return Object.fromEntries([...table].map(([place, { value }]) => [place, value] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}
