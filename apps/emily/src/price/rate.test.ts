import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Metered } from '../domain/metered.ts';
import { pico } from '../domain/money.ts';
import { epochMs, modelId, priceId, requestId, tenantId, userId, type PriceId } from '../domain/names.ts';
import { priceInForce, priceOf, UnknownPrice } from './price.ts';
import { rate } from './rate.ts';

const used = (price: PriceId | null, requests = 1): Metered => ({
  id: requestId('r-1'),
  at: epochMs(1_700_000_000_000),
  tenant: tenantId('ada'),
  user: userId('ana'),
  key: null,
  model: modelId('phi-4'),
  priceId: price,
  units: { requests, inputTokens: 1_000, cachedInputTokens: 10, outputTokens: 500 },
});

const cent = 10_000_000_000n;

test('a request costs one cent, whatever its tokens and its model', () => {
  expect(rate(used(priceId('launch-1')))).toEqual({ ...used(priceId('launch-1')), amount: cent });
  expect(rate({ ...used(priceId('launch-1')), model: modelId('another') }).amount).toBe(cent);
});

test('usage without a locked price is rated at the one that was in force, and says which', () => {
  expect(rate(used(null))).toMatchObject({ priceId: 'launch-1', amount: cent });
  expect(priceInForce(modelId('phi-4'), epochMs(0))).toBe('launch-1');
});

test('what no budget had room for is not asked for', () => {
  const charge = { charged: pico(4n), writtenOff: pico(cent - 4n), counts: [] };
  expect(rate({ ...used(priceId('launch-1')), charge }).amount).toBe(4n);
});

test('usage of no requests costs nothing: zero is a value', () => {
  expect(rate(used(null, 0)).amount).toBe(0n);
});

test('an unknown price is an error, never zero', () => {
  expect(() => rate(used(priceId('launch-2')))).toThrow(UnknownPrice);
  expect(() => rate(used(priceId('launch-2')))).toThrow("there is no price 'launch-2'; usage at an unknown price is set aside, never rated at zero");
  expect(() => priceOf(priceId(''))).toThrow(UnknownPrice);
});

test('the charge is exact for as many requests as a number counts', () => {
  fc.assert(fc.property(fc.maxSafeNat(), (requests) => {
    expect(rate(used(null, requests)).amount).toBe(BigInt(requests) * cent);
  }));
});
