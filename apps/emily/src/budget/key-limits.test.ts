import { expect, test } from 'vitest';
import { keyId } from '../domain/names.ts';
import { durationText, KeyLimits } from './key-limits.ts';

const [one, other] = [keyId('one'), keyId('other')];

test('each key has its own buckets; one without a limit asks as it likes, and is told nothing', () => {
  const limits = new KeyLimits(() => 0);
  limits.set(one, { requestsPerMinute: 2, tokensPerMinute: 100 });
  expect([limits.takeRequest(one), limits.takeRequest(one), limits.takeRequest(one), limits.takeRequest(other)]).toEqual([undefined, undefined, 30_000, undefined]);
  expect([limits.takeTokens(one, 90), limits.takeTokens(one, 20), limits.takeTokens(other, 1e9)]).toEqual([undefined, 6_000, undefined]);
  limits.giveBackTokens(one, 80);
  expect(limits.headers(one)).toEqual({
    'x-ratelimit-limit-requests': '2',
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-reset-requests': '1m0s',
    'x-ratelimit-limit-tokens': '100',
    'x-ratelimit-remaining-tokens': '90',
    'x-ratelimit-reset-tokens': '6s',
  });
  expect([limits.headers(other), limits.limitsTokens(one), limits.limitsTokens(other)]).toEqual([{}, true, false]);
});

test('a limit that is set again as it was gives nothing away; another one begins anew; none is none', () => {
  const limits = new KeyLimits(() => 0);
  limits.set(one, { requestsPerMinute: 1, tokensPerMinute: null });
  limits.takeRequest(one);
  limits.set(one, { requestsPerMinute: 1, tokensPerMinute: 5 });
  expect(limits.takeRequest(one)).toBe(60_000);
  limits.set(one, { requestsPerMinute: 3, tokensPerMinute: 5 });
  expect(limits.takeRequest(one)).toBeUndefined();
  limits.set(one, { requestsPerMinute: null, tokensPerMinute: null });
  expect([limits.headers(one), limits.of(one), limits.of(other)]).toEqual([{}, { requestsPerMinute: null, tokensPerMinute: null }, { requestsPerMinute: null, tokensPerMinute: null }]);
});

test('durations are written as OpenAI writes them', () => {
  expect([0, 12, 999, 1_000, 1_500, 59_999, 60_000, 360_000, 61_250].map(durationText)).toEqual(['0ms', '12ms', '999ms', '1s', '1.5s', '59.999s', '1m0s', '6m0s', '1m1.25s']);
});
