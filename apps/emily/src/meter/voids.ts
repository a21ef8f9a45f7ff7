import { pico } from '../domain/money.ts';
import type { Metered } from '../domain/metered.ts';
import type { Units, Voided } from '../domain/usage-fact.ts';

/**
 * What a void takes back, as usage below zero. It counts when it is taken back: the minute, and perhaps the month, of
 * the call itself may be final by then.
 */
export const backOf = ({ id, by, admittedAt, tenant, user, key, model, priceId, units, charge }: Voided): Metered => ({
  id: by,
  voids: id,
  at: admittedAt,
  tenant,
  user,
  key,
  model,
  priceId,
  units: negated(units),
  ...(charge === undefined ? {} : { charge: { charged: pico(-charge.charged), writtenOff: pico(-charge.writtenOff), counts: charge.counts } }),
});

const negated = ({ requests, inputTokens, cachedInputTokens, outputTokens }: Units): Units => ({
  requests: 0 - requests,
  inputTokens: 0 - inputTokens,
  cachedInputTokens: 0 - cachedInputTokens,
  outputTokens: 0 - outputTokens,
});
