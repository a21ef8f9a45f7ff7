import { pico } from '../money.ts';
import { epochMs, keyId, modelId, priceId, requestId, tenantId, userId, type EpochMs } from '../names.ts';
import type { UsageEvent } from '../usage-event.ts';
import type { Admitted, Finished, Lapsed, Refused, Units, Voided } from '../usage-fact.ts';

/*
 * Facts for tests: ana of the tenant ada asks phi-4 through gateway-1. A test says what matters to it.
 */

/** 2023-11-16T18:15:46Z, a Thursday. */
export const someTime: EpochMs = epochMs(Date.UTC(2023, 10, 16, 18, 15, 46));

export const units = (inputTokens: number, outputTokens: number, requests = 1): Units => ({ requests, inputTokens, cachedInputTokens: 0, outputTokens });

const asked = {
  admittedAt: someTime,
  tenant: tenantId('ada'),
  user: userId('ana'),
  key: keyId('key-1'),
  model: modelId('phi-4'),
  priceId: priceId('launch-1'),
};

export const admitted = (id: string, more: Partial<Admitted> = {}): Admitted => ({
  ...asked,
  producer: 'gateway-1',
  kind: 'admitted',
  id: requestId(id),
  stream: false,
  idempotencyKey: null,
  bodyHash: null,
  ...more,
});

export const finished = (id: string, more: Partial<Finished> = {}): Finished => ({
  ...asked,
  producer: 'gateway-1',
  kind: 'finished',
  id: requestId(id),
  outcome: 'completed',
  idempotencyKey: null,
  bodyHash: null,
  units: units(3, 5),
  provenance: 'engine-final',
  replica: 'phi-4/0.0',
  firstTokenMs: 10,
  totalMs: 20,
  ...more,
});

/** Both facts of a call that has ended. */
export const called = (id: string, more: Partial<Finished> = {}): readonly [Admitted, Finished] => {
  const end = finished(id, more);
  const { admittedAt, tenant, user, key, model, priceId: price, idempotencyKey, bodyHash, producer } = end;
  return [admitted(id, { admittedAt, tenant, user, key, model, priceId: price, idempotencyKey, bodyHash, producer }), end];
};

export const refused = (id: string, more: Partial<Refused> = {}): Refused => ({
  producer: 'gateway-1',
  kind: 'refused',
  id: requestId(id),
  admittedAt: someTime,
  tenant: tenantId('ada'),
  model: 'phi-4',
  status: 429,
  code: 'too_many_open_calls',
  ...more,
});

export const lapsed = (id: string, more: Partial<Lapsed> = {}): Lapsed => ({
  producer: 'gateway-1',
  kind: 'lapsed',
  id: requestId(id),
  admittedAt: someTime,
  tenant: tenantId('ada'),
  reserve: { amount: pico(5n), counts: [] },
  ...more,
});

/** A later request took the place of this one. */
export const voided = (id: string, more: Partial<Voided> = {}): Voided => ({
  ...asked,
  producer: 'gateway-1',
  kind: 'voided',
  id: requestId(id),
  by: requestId(`${id}-again`),
  units: units(3, 5),
  ...more,
});

export const sentIn = (id: string, more: Partial<UsageEvent> = {}): UsageEvent => ({
  id,
  source: 'meter-7',
  at: someTime,
  tenant: tenantId('ada'),
  user: userId('ana'),
  model: modelId('phi-4'),
  units: units(3, 5),
  ...more,
});
