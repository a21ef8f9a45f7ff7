import { type Evidence, type EvidenceName, evidenceNames, evidenceOf } from '../../time/evidence.ts';
import type { Finality, Row } from '../row.ts';

/** Which rows leave without a row on the other side. */
export type JoinKind = 'inner' | 'left' | 'outer';

/** The revision of a row that is not there. */
export const ABSENT = -1;
/** Since when a side is as it is that has never been otherwise: its time counts for nothing. */
export const NEVER: number = Number.NEGATIVE_INFINITY;

/**
 * On what a row made of two is final, or undefined while it may change. `absent`: what says that one which
 * is not there will not come.
 */
export function finalOf(one: Row<unknown, unknown> | undefined, other: Row<unknown, unknown> | undefined, absent: Evidence | undefined): Evidence | undefined {
  const evidence = finalOne(one, absent);
  const another = finalOne(other, absent);
  return evidence === undefined || another === undefined ? undefined : evidence | another;
}

function finalOne(row: Row<unknown, unknown> | undefined, absent: Evidence | undefined): Evidence | undefined {
  if (row === undefined) return absent;
  return row.finality === 'final' ? evidenceOf(row.evidence) : undefined;
}

/** As a row says it. */
export function finality(final: Evidence | undefined): { readonly finality: Finality; readonly evidence: readonly EvidenceName[] } {
  return { finality: final === undefined ? 'provisional' : 'final', evidence: evidenceNames(final ?? 0) };
}
