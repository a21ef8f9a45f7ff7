import fc from 'fast-check';
import { expect, test } from 'vitest';
import { random } from './random.ts';

const modulus = 2n ** 32n;

/** The definition in arbitrary precision, where nothing can overflow or turn negative. */
function defined(n: number, stream: number): number {
  let h = (BigInt(n) * 0x9E3779B1n % modulus) ^ (BigInt(stream) * 0x7FEB352Dn % modulus);
  h ^= h >> 16n;
  h = h * 0x85ebca6bn % modulus;
  h ^= h >> 13n;
  h = h * 0xc2b2ae35n % modulus;
  h ^= h >> 16n;
  return Number(h);
}

test('a random number is the 32-bit hash that every language computes', () => {
  fc.assert(fc.property(fc.nat(2 ** 32 - 1), fc.nat(16), (n, stream) => {
    expect(random(n, stream)).toBe(defined(n, stream));
  }));
});
