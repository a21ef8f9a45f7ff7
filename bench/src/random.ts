/**
 * The n-th number of a random stream: an unsigned 32-bit integer, the same in every language.
 *
 * A hash of (n, stream) and not a sequence, so any event can be made without those before it.
 * Math.imul and >>> keep the arithmetic in 32-bit integers, where V8 does it without allocating.
 */
export function random(n: number, stream: number): number {
  let h = Math.imul(n, 0x9e3779b1) ^ Math.imul(stream, 0x7feb352d);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
