import type { EvidenceName, Program } from 'millrace';
import { logs, type EmilyTables } from './program.ts';

/** How far something is complete. Null: nothing is promised yet, and there is no evidence; or nothing will come any more, and the evidence says so. */
export type Completeness = { readonly frontier: number | null; readonly evidence: readonly EvidenceName[] };

export type AsOf = Completeness & {
  readonly commit: number;
  /** The same of what is sent in; null as long as nothing was. */
  readonly sentIn: Completeness | null;
};

/** How far Emily's numbers are complete: those of calls, or in a replay by ingest, which has no calls, those of what is sent in. */
export function asOf(program: Program<EmilyTables>): AsOf {
  const { commit, sources } = program.status();
  const [calls] = sources[logs.usage] ?? [];
  const [events] = sources[logs.events] ?? [];
  const sentIn = events !== undefined && events.records > 0 ? completeness(events) : null;
  const hasCalls = calls?.ended !== true || sentIn === null;
  return { commit, ...completeness(hasCalls ? calls : events), sentIn };
}

function completeness({ frontier = -1, evidence = [] }: { readonly frontier?: number; readonly evidence?: readonly EvidenceName[] } = {}): Completeness {
  if (frontier < 0) return { frontier: null, evidence: [] };
  return { frontier: Number.isFinite(frontier) ? frontier : null, evidence };
}

/** What several numbers rest on together: all of it, and `proved` only where nothing less is among it. */
export function evidenceOf(parts: Iterable<{ readonly evidence: readonly EvidenceName[] }>): readonly EvidenceName[] {
  const all = new Set([...parts].flatMap(({ evidence }) => evidence));
  if (all.has('assumed') || all.has('declared')) all.delete('proved');
  return [...all];
}
