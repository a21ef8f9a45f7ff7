/*
 * Numbers sorted into buckets whose width grows with the numbers: each power of two has 2^bits of them.
 *
 * A bucket is the sign, the exponent and the first `bits` bits of the fraction of a binary floating-point number, as
 * one integer: taking it needs no logarithm, is the same on every machine, and keeps the order of the
 * numbers. Its end nearest to zero stands for all of it, which is off by less than 2^−bits of the
 * number, and by nothing for whole numbers up to 2^(bits + 1).
 */

/** The bits of a fraction in the upper half of a 64-bit number. */
export const BITS_MAX = 20;

const view = new DataView(new ArrayBuffer(8));

export function bucketOf(value: number, bits: number): number {
  view.setFloat64(0, value);
  const size = (view.getUint32(0) & 0x7fff_ffff) >>> (BITS_MAX - bits);
  return value < 0 ? -size - 1 : size;
}

/** The end of a bucket that is nearest to zero. */
export function leastOf(bucket: number, bits: number): number {
  const size = bucket < 0 ? -bucket - 1 : bucket;
  view.setUint32(0, size << (BITS_MAX - bits));
  view.setUint32(4, 0);
  const value = view.getFloat64(0);
  return bucket < 0 ? 0 - value : value;
}
