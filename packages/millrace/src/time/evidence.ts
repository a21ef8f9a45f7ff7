/**
 * Why a frontier stands where it stands: a set, kept as bits so that it can travel with every result.
 *
 * Combining unites, but `proved` is only as strong as its weakest part: it stays where every part is
 * proved or ended.
 */
export type Evidence = number;
export type EvidenceName = 'proved' | 'ended' | 'assumed' | 'declared';

export const PROVED: Evidence = 1;
export const ENDED: Evidence = 2;
export const ASSUMED: Evidence = 4;
export const DECLARED: Evidence = 8;

/** Of several parts: all that they rest on; `proved` where every part is proved or ended. */
export function combined(a: Evidence, b: Evidence): Evidence {
  const all = a | b;
  return (all & (ASSUMED | DECLARED)) === 0 ? all : all & ~PROVED;
}

const names: readonly (readonly [Evidence, EvidenceName])[] = [
  [PROVED, 'proved'],
  [ENDED, 'ended'],
  [ASSUMED, 'assumed'],
  [DECLARED, 'declared'],
];

const sets: readonly (readonly EvidenceName[])[] = Array.from({ length: 16 }, (_, bits) =>
  Object.freeze(names.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name)),
);

/** The names in a set; one frozen array per set, so that comparing is cheap. */
export function evidenceNames(evidence: Evidence): readonly EvidenceName[] {
  return sets[evidence & 15] ?? [];
}

export function isEvidenceName(value: unknown): value is EvidenceName {
  return names.some(([, name]) => name === value);
}

/** The set of these names. */
export function evidenceOf(list: readonly EvidenceName[]): Evidence {
  let evidence = 0;
  for (const [bit, name] of names) if (list.includes(name)) evidence |= bit;
  return evidence;
}

/** Whether every part of it is proved or ended: then nothing older can come. */
export function isProof(evidence: Evidence): boolean {
  return evidence !== 0 && (evidence & ~(PROVED | ENDED)) === 0;
}
