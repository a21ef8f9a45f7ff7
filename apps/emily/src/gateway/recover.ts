import type { Charge } from '../domain/budget.ts';
import { noUnits, type Admitted, type Asked, type Finished, type OfGateway, type Units } from '../domain/usage-fact.ts';
import type { EpochMs, RequestId } from '../domain/names.ts';
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
  /** What of the streams among them had been delivered. */
  readonly delivered: ReadonlyMap<RequestId, Units>;
};

/**
 * The first words of a new life: which epoch was before it and with which sequence that ended; then the
 * calls that it left open end in this one, lost: free, but for what of a stream was written down as delivered.
 *
 * To be appended before the restarted gateway takes its first call; a key that such a call held is free again.
 */
export function firstWords(former: FormerLife | undefined, numbering: Numbering, chargeOf: ChargeOf = () => undefined): UsageMessage[] {
  if (former === undefined) return [numbering.heartbeat(0)];
  const { epoch, sequence, promised, open } = former;
  const heartbeat = numbering.heartbeat(Math.min(promised, ...open.map(({ admittedAt }) => admittedAt)), { epoch, sequence });
  return [heartbeat, ...open.map((admitted) => numbering.event({ ...lostFact(admitted, knownOf(admitted, former, chargeOf)), producer: numbering.producer }))];
}

/** What a call that was lost is charged in the budgets that held something back for it. */
export type ChargeOf = (admitted: Admitted, units: Units) => Charge | undefined;

type Known = { readonly units: Units; readonly charge?: Charge };

function knownOf(admitted: Admitted, { delivered }: FormerLife, chargeOf: ChargeOf): Known | undefined {
  const units = delivered.get(admitted.id);
  if (units === undefined || admitted.idempotencyKey !== null) return undefined;
  const charge = chargeOf(admitted, units);
  return { units, ...(charge === undefined ? {} : { charge }) };
}

/** The end of a call of which nothing is known but that it began, and perhaps what was delivered. Its key is free again, and so is what it had. */
export function lostFact(open: Open, known?: Known): Omit<Finished, keyof OfGateway> {
  const charged = open.idempotencyKey === null ? known : undefined;
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
    units: charged?.units ?? noUnits,
    provenance: charged === undefined ? 'none' : 'engine-running',
    replica: null,
    firstTokenMs: null,
    totalMs: 0,
    ...(charged?.charge === undefined ? {} : { charge: charged.charge }),
  };
}
