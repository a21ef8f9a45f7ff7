import type { EvidenceName, Program } from 'millrace';
import type { EmilyTables } from './program.ts';

export type AsOf = { readonly commit: number; readonly frontier: number | null; readonly evidence: readonly EvidenceName[] };

/** How far Emily's numbers are complete: the least frontier of what is metered. Null: nothing is promised, or nothing will come any more. */
export function asOf(program: Program<EmilyTables>): AsOf {
  const { commit, sources } = program.status();
  const partitions = [...(sources.usage ?? []), ...(sources.events ?? [])];
  const frontier = Math.min(...partitions.map((partition) => partition.frontier));
  const evidence = [...new Set(partitions.flatMap((partition) => partition.evidence))];
  return { commit, frontier: Number.isFinite(frontier) && frontier >= 0 ? frontier : null, evidence };
}
