const BITS_A_KEY = 12;
/** Of the first part; each one further is for as many keys as all before it. */
const KEYS_MIN = 65_536;
/** A key's bits lie in one stretch of so many words of 32 bits, which is one line of the processor's cache. */
const LINE_WORDS = 16;
const BITS_SET = 6;

/** Bits of up to `keysMax` keys. */
interface Part {
  readonly words: Uint32Array;
  readonly lines: number;
  readonly keysMax: number;
}

/**
 * Which keys may be on disk: says of nearly all others that they are not, and never of one that is.
 *
 * A Bloom filter, the bits of a key side by side. It grows by parts, 12 to 24 bits a key in all, so that none is made
 * again. A key cannot be taken out.
 */
export class KeyFilter {
  /** The latest first. */
  readonly #parts: Part[];
  /** How many keys the latest part has. */
  #size = 0;

  /** For so many keys at first. */
  constructor(keys: number) {
    this.#parts = [partFor(keys)];
  }

  /** A key that is not in it. */
  add(key: Uint8Array): void {
    let [part] = this.#parts as [Part];
    if (this.#size === part.keysMax) {
      part = partFor(this.#parts.reduce((sum, { keysMax }) => sum + keysMax, 0));
      this.#parts.unshift(part);
      this.#size = 0;
    }
    this.#size += 1;
    let hash = hashOf(key);
    const { words, lines } = part;
    const line = lineOf(hash, lines);
    for (let i = 0; i < BITS_SET; i += 1) {
      hash = nextOf(hash);
      const at = line + ((hash >>> 23) & (LINE_WORDS - 1));
      words[at] = (words[at] as number) | (1 << (hash >>> 27));
    }
  }

  mayHave(key: Uint8Array): boolean {
    const hash = hashOf(key);
    for (const part of this.#parts) if (isIn(part, hash)) return true;
    return false;
  }
}

function partFor(keys: number): Part {
  const keysMax = Math.max(KEYS_MIN, keys);
  const lines = Math.ceil((keysMax * BITS_A_KEY) / (LINE_WORDS * 32));
  return { words: new Uint32Array(lines * LINE_WORDS), lines, keysMax };
}

function isIn({ words, lines }: Part, first: number): boolean {
  let hash = first;
  const line = lineOf(hash, lines);
  for (let i = 0; i < BITS_SET; i += 1) {
    hash = nextOf(hash);
    if (((words[line + ((hash >>> 23) & (LINE_WORDS - 1))] as number) & (1 << (hash >>> 27))) === 0) return false;
  }
  return true;
}

function lineOf(hash: number, lines: number): number {
  return Math.floor(((hash >>> 0) / 2 ** 32) * lines) * LINE_WORDS;
}

function nextOf(hash: number): number {
  const product = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (Math.imul(product ^ (product >>> 12), 0x297a2d39) + 0x6d2b79f5) | 0;
}

function hashOf(key: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ (key[i] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
