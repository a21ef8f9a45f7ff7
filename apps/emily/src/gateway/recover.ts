import { noUnits, type Admitted, type Asked, type Finished, type OfGateway } from '../domain/usage-fact.ts';
import type { EpochMs } from '../domain/names.ts';
import type { Numbering, UsageMessage } from './numbering.ts';

type Open = Asked & Pick<Finished, 'idempotencyKey' | 'bodyHash' | 'retry'>;

/** What a gateway's earlier life left behind, as far as its log tells. */
export type FormerLife = {
  readonly epoch: number;
  /** The last sequence of that epoch; −1: it had none. */
  readonly sequence: number;
  /** Nothing below it was to come. */
  readonly promised: EpochMs;
  readonly open: readonly Admitted[];
};

/**
 * The first words of a new life: which epoch was before it and with which sequence that ended; then the
 * calls that it left open end in this one, lost and free.
 *
 * To be appended before the restarted gateway takes its first call; a key that such a call held is free again.
 */
export function firstWords(former: FormerLife | undefined, numbering: Numbering): UsageMessage[] {
  if (former === undefined) return [numbering.heartbeat(0)];
  const { epoch, sequence, promised, open } = former;
  const heartbeat = numbering.heartbeat(Math.min(promised, ...open.map(({ admittedAt }) => admittedAt)), { epoch, sequence });
  return [heartbeat, ...open.map((admitted) => numbering.event({ ...lostFact(admitted), producer: numbering.producer }))];
}

/** The end of a call of which nothing is known but that it began. */
export function lostFact(open: Open): Omit<Finished, keyof OfGateway> {
  const { id, admittedAt, tenant, user, key, project, model, priceId, idempotencyKey, bodyHash, retry } = open;
  return {
    kind: 'finished',
    id,
    admittedAt,
    tenant,
    user,
    key,
    ...(project === undefined ? {} : { project }),
    model,
    priceId,
    idempotencyKey,
    bodyHash,
    ...(retry === undefined ? {} : { retry }),
    outcome: 'lost',
    units: noUnits,
    provenance: 'none',
    replica: null,
    firstTokenMs: null,
    totalMs: 0,
  };
}
