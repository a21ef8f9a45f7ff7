import type { Charge, ProjectId, Reserve } from './budget.ts';
import type { FleetFact } from './fleet-fact.ts';
import type { EpochMs, KeyId, ModelId, PriceId, RequestId, TenantId, UserId } from './names.ts';

/**
 * What the usage log holds: one request makes an `admitted` and a `finished`, or a `refused`. Where a budget held
 * something back for a call of which nothing was heard any more, a `lapsed` says that it did not wait for its end.
 *
 * - A charge's event time is its admission: `admittedAt` is the same in both facts of a request.
 * - `admitted` is durable before the first byte of the answer, `finished` before its last.
 * - What happens to the replicas stands between them; see fleet-fact.ts.
 * - In the log each is the value of a numbered message of the gateway that made it; see gateway/numbering.ts.
 */
export type UsageFact = Admitted | Finished | Refused | Lapsed | FleetFact;

/** The gateway that a fact is of, as the producer of its messages. */
export type OfGateway = { readonly producer: string };

/** Who asked for what, and when it was admitted. */
export type Asked = {
  readonly id: RequestId;
  readonly admittedAt: EpochMs;
  readonly tenant: TenantId;
  readonly user: UserId;
  readonly key: KeyId;
  /** The project its key belongs to; left out where it belongs to none. */
  readonly project?: ProjectId;
  readonly model: ModelId;
  readonly priceId: PriceId;
};

export type Admitted = OfGateway & Asked & {
  readonly kind: 'admitted';
  readonly stream: boolean;
  readonly idempotencyKey: string | null;
  /** SHA-256 of the body in hex where there is an idempotency key. */
  readonly bodyHash: string | null;
  /** Where budgets count the call: what they hold back for it. */
  readonly reserve?: Reserve;
};

export type Finished = OfGateway & Asked & {
  readonly kind: 'finished';
  readonly outcome: Outcome;
  readonly idempotencyKey: string | null;
  readonly bodyHash: string | null;
  readonly units: Units;
  readonly provenance: Provenance;
  /** What the engine had made when it was last heard of this call, whoever got it; older facts do not have it. */
  readonly generatedTokens?: number;
  readonly replica: string | null;
  readonly firstTokenMs: number | null;
  readonly totalMs: number;
  /** Where budgets count the call: what it is charged. Left out of one that was free of itself, as one that is lost. */
  readonly charge?: Charge;
};

export type Refused = OfGateway & {
  readonly kind: 'refused';
  readonly id: RequestId;
  readonly admittedAt: EpochMs;
  readonly tenant: TenantId | null;
  readonly model: string | null;
  readonly status: number;
  readonly code: string;
};

/** Nobody spoke of a call for as long as its reserve was leased: from then on others may have what it held. */
export type Lapsed = OfGateway & {
  readonly kind: 'lapsed';
  readonly id: RequestId;
  /** When that was; every fact has its time here. */
  readonly admittedAt: EpochMs;
  readonly tenant: TenantId;
  readonly reserve: Reserve;
};

/**
 * How a request ended. `completed` and `cancelled` are billable; `failed` (the engine's failure)
 * and `lost` (the gateway died and found it open at its next start) are free.
 */
export type Outcome = 'completed' | 'cancelled' | 'failed' | 'lost';

/** Token counts are safe integers; output is 0 where nothing was delivered, and 0 is a value, not "missing". */
export type Units = {
  readonly requests: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
};

/** Where a count comes from; an estimate is never billed. */
export type Provenance = 'engine-final' | 'engine-running' | 'gateway-count' | 'estimate' | 'none';

export const noUnits: Units = { requests: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };

export const isFinished = (fact: UsageFact): fact is Finished => fact.kind === 'finished';
export const isAdmitted = (fact: UsageFact): fact is Admitted => fact.kind === 'admitted';
/** The engine's own failures and calls lost with their gateway are free, and an estimate is never billed. */
export const isBillable = ({ outcome, provenance }: Pick<Finished, 'outcome' | 'provenance'>): boolean =>
  (outcome === 'completed' || outcome === 'cancelled') && provenance !== 'estimate';

export const isRefused = (fact: UsageFact): fact is Refused => fact.kind === 'refused';
