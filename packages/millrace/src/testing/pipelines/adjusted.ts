import type { Change, Row } from '../../operator/row.ts';
import type { Interval } from '../../time/calendar.ts';
import type { Made } from '../fixture-scenario.ts';
import { type KnownResult, type ResultDifference, differences } from '../reference/differences.ts';
import type { Action } from '../reference/record.ts';
import type { TableFlow } from './operator.ts';
import type { Placed } from './place.ts';
import { meaningOf } from './naive.ts';
import type { Resolved } from './program.ts';

interface Reconciled {
  readonly entries: Placed<Change<unknown, unknown>>;
  readonly reconciledMs?: number;
}

/** What each recount of a table adjusts: the program is run as a batch over what had come by then, and compared with what had left. */
export function adjustmentsOf(resolved: Resolved, outlet: number, { entries, reconciledMs: keepMs = 0 }: Reconciled, actions: readonly Action<Made>[], recounts: readonly number[]): readonly ResultDifference[] {
  const known: KnownResult[] = [];
  let left = 0;
  return recounts.flatMap((at) => {
    const had = entries.filter((entry) => (entry.path[0] as number) <= at);
    const finals = had.flatMap((entry) => (entry.kind === 'fact' && entry.value.finality === 'final' ? [entry.value] : []));
    for (const { key, window, after: value, revision } of finals.slice(left)) known.push({ key, ...(window as Interval), revision, value });
    left = finals.length;
    const frontiers = had.flatMap((entry) => (entry.kind === 'step' && entry.passing !== true ? [entry.to] : []));
    const frontier = frontiers.at(-1) ?? -1;
    // At the end of the input nothing gets older.
    const stood = frontiers.findLast((to) => to !== Infinity) ?? -1;
    const isCompared = (end: number): boolean => end <= frontier && end + keepMs > (frontier === Infinity ? stood : frontier);
    const counted = recounted(resolved, outlet, actions.slice(0, at + 1)).map(({ key, window, value }) => ({ key, ...(window as Interval), value }));
    const ends = [...new Set([...counted.map(({ end }) => end), ...known.map(({ end }) => end)])].toSorted((one, other) => one - other);
    return ends.filter(isCompared).flatMap((end) => differences(counted.filter((one) => one.end === end), known, end));
  });
}

function recounted(resolved: Resolved, outlet: number, actions: readonly Action<Made>[]): readonly Row<unknown, unknown>[] {
  const all = meaningOf(resolved, asBatch(actions, resolved), true).outflows[outlet] as TableFlow;
  return all.kept.filter(({ finality }) => finality === 'final').concat(all.forgettable);
}

/** The same events with nothing said about time, and then the end. */
export function asBatch(actions: readonly Action<Made>[], { spec }: Resolved): readonly Action<Made>[] {
  const events = actions.filter(({ kind }) => kind === 'event');
  return [...events, ...Array.from({ length: spec.sources }, (_, i): Action<Made> => ({ kind: 'end', source: `source${i}` }))];
}
