import type { OfGateway, Voided } from '../domain/usage-fact.ts';
import type { EpochMs, RequestId } from '../domain/names.ts';
import type { EndedCall } from './linked-call.ts';

/** Takes back all that a call was charged, because another one took its place then. */
export function voidFact(ended: EndedCall, by: RequestId, at: EpochMs): Omit<Voided, keyof OfGateway> {
  const { id, tenant, user, key, project, model, priceId, units, charge } = ended;
  return {
    kind: 'voided',
    id,
    by,
    admittedAt: at,
    tenant,
    user,
    key,
    ...(project === undefined ? {} : { project }),
    model,
    priceId,
    units,
    ...(charge === undefined ? {} : { charge }),
  };
}
