import { noUnits, type Admitted, type Asked, type Finished, type Numbered } from '../domain/usage-fact.ts';
import type { Numbering } from './numbering.ts';

type Open = Asked & Pick<Finished, 'idempotencyKey' | 'bodyHash'>;

/**
 * Ends the calls that an earlier life of this gateway left open: lost with it, and free.
 *
 * To be appended before the restarted gateway takes its first call; a key that such a call held is free again.
 */
export function lostFacts(openAdmissions: Iterable<Admitted>, numbering: Numbering): Finished[] {
  return Array.from(openAdmissions, (open) => ({ ...lostFact(open), ...numbering.next() }));
}

/** The end of a call of which nothing is known but that it began. */
export function lostFact(open: Open): Omit<Finished, keyof Numbered> {
  const { id, admittedAt, tenant, user, key, model, priceId, idempotencyKey, bodyHash } = open;
  return {
    kind: 'finished',
    id,
    admittedAt,
    tenant,
    user,
    key,
    model,
    priceId,
    idempotencyKey,
    bodyHash,
    outcome: 'lost',
    units: noUnits,
    provenance: 'none',
    replica: null,
    firstTokenMs: null,
    totalMs: 0,
  };
}
