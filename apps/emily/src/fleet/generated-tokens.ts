import type { Stream, Table } from 'millrace';
import { isBillable, type Finished } from '../domain/usage-fact.ts';
import type { Boot } from './boot-time.ts';

/** What the calls of one boot say that it has generated: tokens that were charged for when the call ended, and others. */
export type Generated = { readonly calls: number; readonly billed: number; readonly free: number };

/** The same beside the engine's own counter. */
export type TokenRecount = Generated & {
  /** The engine's own, from the beginning of the boot to its last beat; null where it has none. */
  readonly counted: number | null;
  /** `counted` without `billed` and `free`: what no call has told of. */
  readonly difference: number | null;
};

/**
 * What the ends of calls say that each boot has generated. Free is what was generated and not delivered, or of a call
 * that failed: of these it is what the engine had counted when it was last heard.
 */
export function generatedTokens(ends: Stream<Finished>): Table<string, Generated> {
  return ends
    .filter(({ replica }) => replica !== null)
    .keyBy((end) => end.replica ?? '')
    .aggregate({ create: () => ({ calls: 0, billed: 0, free: 0 }), add, result: (sums) => sums }, { name: 'generated-tokens' });
}

function add({ calls, billed, free }: Generated, end: Finished): Generated {
  const charged = isBillable(end) ? end.units.outputTokens : 0;
  const made = end.generated?.outputTokens ?? end.units.outputTokens;
  return { calls: calls + 1, billed: billed + charged, free: free + Math.max(0, made - charged) };
}

/**
 * Both beside each other. While a boot runs the difference is what was generated since its last beat, or for calls that
 * are open. Of one that left in order it is what was generated for streams after they were cut, and of one that died
 * what its last sample does not have.
 */
export function recounted(generated: Generated | undefined, { engine, countersBefore }: Pick<Boot, 'engine' | 'countersBefore'>): TokenRecount {
  const sums = generated ?? { calls: 0, billed: 0, free: 0 };
  const [before, last] = [countersBefore?.generatedTokens, engine?.counters?.generatedTokens];
  const counted = before === undefined || last === undefined ? null : last - before;
  return { ...sums, counted, difference: counted === null ? null : counted - sums.billed - sums.free };
}
