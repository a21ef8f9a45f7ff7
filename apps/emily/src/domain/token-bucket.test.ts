import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

test('it begins full, gives what it holds, and says when it has what is asked for', () => {
  const bucket = new TokenBucket(60, 0);
  expect(bucket.level(0)).toEqual({ remaining: 60, fullInMs: 0 });
  expect([bucket.take(60, 0), bucket.take(1, 0), bucket.take(2, 0)]).toEqual([undefined, 1_000, 2_000]);
  expect([bucket.take(1, 999), bucket.take(1, 1_000)]).toEqual([1, undefined]);
  expect(bucket.level(1_000)).toEqual({ remaining: 0, fullInMs: 60_000 });
  expect(bucket.level(1_000_000)).toEqual({ remaining: 60, fullInMs: 0 });
});

test('more than it holds is let in when it is full, and made up for', () => {
  const bucket = new TokenBucket(60, 0);
  expect(bucket.take(1, 0)).toBeUndefined();
  expect(bucket.take(90, 0)).toBe(1_000);
  expect(bucket.take(90, 1_000)).toBeUndefined();
  expect(bucket.level(1_000)).toEqual({ remaining: 0, fullInMs: 90_000 });
  expect(bucket.take(1, 1_000)).toBe(31_000);
});

test('what was not used is there again, and never more than it holds', () => {
  const bucket = new TokenBucket(60, 0);
  bucket.take(50, 0);
  bucket.giveBack(20, 0);
  expect(bucket.level(0).remaining).toBe(30);
  bucket.giveBack(50, 0);
  expect(bucket.level(0)).toEqual({ remaining: 60, fullInMs: 0 });
});

test('a clock with fractions, or one that goes back, makes nothing of nothing', () => {
  const bucket = new TokenBucket(60_000, 0.5);
  bucket.take(60_000, 0.5);
  for (let i = 1; i <= 30; i++) bucket.level(0.5 + i / 10);
  expect(bucket.level(3.5).remaining).toBe(3);
  expect(bucket.level(1).remaining).toBe(3);
});

test('in no minute does it give more than it holds and what comes in', () => {
  const acts = fc.array(fc.record({ afterMs: fc.nat(20_000), count: fc.nat(80) }), { maxLength: 60 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), acts, (perMinute, list) => {
      const bucket = new TokenBucket(perMinute, 0);
      const given: { at: number; count: number }[] = [];
      let now = 0;
      for (const { afterMs, count } of list) {
        now += afterMs;
        const asked = Math.min(count, perMinute);
        const wait = bucket.take(asked, now);
        if (wait === undefined) given.push({ at: now, count: asked });
        // It keeps its word, to the ms.
        else expect([wait > 1 ? bucket.take(asked, now + wait - 1) : 1, wait]).toEqual([1, wait]);
        now += wait === undefined ? 0 : Math.max(0, wait - 1);
      }
      for (const [i, { at }] of given.entries()) {
        const within = given.slice(i).filter((one) => one.at < at + 60_000);
        expect(within.reduce((sum, one) => sum + one.count, 0)).toBeLessThanOrEqual(2 * perMinute);
      }
    }),
    { numRuns: 500 },
  );
});
