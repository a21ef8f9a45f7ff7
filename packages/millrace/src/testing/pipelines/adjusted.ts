import type { Change, Row } from '../../operator/row.ts';
import type { Made } from '../fixture-scenario.ts';
import type { Action } from '../reference/record.ts';
import { same } from '../reference/same.ts';
import type { TableFlow } from './operator.ts';
import type { Placed } from './place.ts';
import { meaningOf } from './naive.ts';
import type { Resolved } from './program.ts';

/** One result that a recount finds otherwise. */
export interface ExpectedAdjustment {
  readonly key: unknown;
  readonly end: number;
  readonly revision: number;
  readonly before: unknown;
  readonly after: unknown;
}

interface Reconciled {
  readonly entries: Placed<Change<unknown, unknown>>;
  readonly reconciledMs?: number;
}

interface Kept {
  readonly key: unknown;
  readonly end: number;
  revision: number;
  value: unknown;
}

/** What each recount of a table adjusts: the program is run as a batch over what had come by then, and compared with what had left. */
export function adjustmentsOf(resolved: Resolved, outlet: number, { entries, reconciledMs: keepMs = 0 }: Reconciled, actions: readonly Action<Made>[], recounts: readonly number[]): readonly ExpectedAdjustment[] {
  const known: Kept[] = [];
  let left = 0;
  return recounts.flatMap((at) => {
    const had = entries.filter((entry) => (entry.path[0] as number) <= at);
    const finals = had.flatMap((entry) => (entry.kind === 'fact' && entry.value.finality === 'final' ? [entry.value] : []));
    for (const { key, window, after: value, revision } of finals.slice(left)) known.push({ key, end: window?.end as number, revision, value });
    left = finals.length;
    const frontiers = had.flatMap((entry) => (entry.kind === 'step' && entry.passing !== true ? [entry.to] : []));
    const frontier = frontiers.at(-1) ?? -1;
    // At the end of the input nothing is forgotten any more; what nothing had left of has not been forgotten.
    const before = frontiers.findLast((to) => to !== Infinity) ?? -1;
    const forgotten = Math.max(-1, ...known.map(({ end }) => end).filter((end) => end + keepMs <= before));
    const isCompared = (end: number): boolean => end <= frontier && (frontier === Infinity ? end > forgotten : end + keepMs > frontier);
    const counted = recounted(resolved, outlet, actions.slice(0, at + 1));
    const ends = [...new Set([...counted.map(({ window }) => window?.end as number), ...known.map(({ end }) => end)])].toSorted((one, other) => one - other);
    return ends.filter(isCompared).flatMap((end) => compared(end, counted.filter(({ window }) => window?.end === end), known));
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

function compared(end: number, counted: readonly Row<unknown, unknown>[], known: Kept[]): readonly ExpectedAdjustment[] {
  const differences: ExpectedAdjustment[] = [];
  for (const { key, value } of counted) {
    const former = known.find((one) => one.end === end && same(one.key, key));
    if (former !== undefined && same(former.value, value)) continue;
    differences.push({ key, end, revision: former?.revision ?? 0, before: former?.value, after: value });
    if (former === undefined) known.push({ key, end, revision: 0, value });
    else Object.assign(former, { revision: former.revision + 1, value });
  }
  for (const former of known) {
    if (former.end !== end || former.value === undefined || counted.some(({ key }) => same(key, former.key))) continue;
    differences.push({ key: former.key, end, revision: former.revision, before: former.value, after: undefined });
    Object.assign(former, { revision: former.revision + 1, value: undefined });
  }
  return differences;
}
