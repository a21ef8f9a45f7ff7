/** A stream of numbers, each at least 0 and below 1. */
export type Random = () => number;

/**
 * A random stream named by its seed: the same parts give the same numbers, on every machine and for ever.
 *
 * A part is a seed, a purpose or a number of something: `seededRandom(seed, 'stream', row)`. So each
 * row draws from a stream of its own, and leaving one row out does not change the others.
 *
 * The generator is sfc32 (Chris Doty-Humphrey); its state is filled from a hash of the parts.
 */
export function seededRandom(...parts: readonly (number | string)[]): Random {
  const word = words32(parts.join(':'));
  let a = word();
  let b = word();
  let c = word();
  let counter = 1;
  const next: Random = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < warmUpRounds; round++) next();
  return next;
}

/** After so many rounds every bit of the seed has reached every bit of the state. */
const warmUpRounds = 12;

/** An endless row of 32-bit words from a text: FNV-1a, continued by splitmix32. */
function words32(text: string): () => number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
}
