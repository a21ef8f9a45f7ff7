import type { EvidenceName, Program } from 'millrace';
import type { EmilyTables } from './program.ts';

export type AsOf = { readonly commit: number; readonly frontier: number | null; readonly evidence: readonly EvidenceName[] };

/**
 * How far Emily's numbers are complete: the least frontier of what is metered. Null: nothing is
 * promised yet, and there is no evidence; or nothing will come any more, and the evidence says so.
 */
export function asOf(program: Program<EmilyTables>): AsOf {
  const { commit, sources } = program.status();
  const partitions = [...(sources.usage ?? []), ...(sources.events ?? [])];
  const frontier = Math.min(...partitions.map((partition) => partition.frontier));
  if (frontier < 0) return { commit, frontier: null, evidence: [] };
  const evidence = [...new Set(partitions.flatMap((partition) => partition.evidence))];
  return { commit, frontier: Number.isFinite(frontier) ? frontier : null, evidence };
}
