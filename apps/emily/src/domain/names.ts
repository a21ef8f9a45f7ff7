/*
 * Branded names: a tenant id can't be passed where a user id is meant.
 *
 * A tenant comes only ever from a credential (or from the operator's own configuration),
 * which is why `TenantId` is a brand and not a string.
 */
declare const brand: unique symbol;
export type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** Milliseconds since the Unix epoch, a safe integer. */
export type EpochMs = Branded<number, 'EpochMs'>;
export type TenantId = Branded<string, 'TenantId'>;
/** A tenant's own end user, as the tenant names it. */
export type UserId = Branded<string, 'UserId'>;
export type KeyId = Branded<string, 'KeyId'>;
export type ModelId = Branded<string, 'ModelId'>;
export type RequestId = Branded<string, 'RequestId'>;
export type PriceId = Branded<string, 'PriceId'>;

export const epochMs = (ms: number): EpochMs => ms as EpochMs;
export const tenantId = (id: string): TenantId => id as TenantId;
export const userId = (id: string): UserId => id as UserId;
export const keyId = (id: string): KeyId => id as KeyId;
export const modelId = (id: string): ModelId => id as ModelId;
export const requestId = (id: string): RequestId => id as RequestId;
export const priceId = (id: string): PriceId => id as PriceId;
