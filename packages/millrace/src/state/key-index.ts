import type { KeyPart } from './key.ts';

/** Finds the row of a key. */
export interface KeyIndex {
  /** The row, or -1. */
  find(parts: readonly KeyPart[]): number;
  /** The next row, which is for a key that is not there yet. */
  add(parts: readonly KeyPart[], row: number): void;
}

/** For rows that are not found by their key: several may have the same. */
export class NoIndex implements KeyIndex {
  find(): number {
    throw new Error('rows of this state are not found by their key');
  }

  add(): void {}
}

/** An index for keys of so many parts. */
export function keyIndex(depth: number): KeyIndex {
  return depth === 0 ? new SingleIndex() : depth === 1 ? new PlainIndex() : new CompositeIndex(depth);
}

/** For the one key of no parts. */
export class SingleIndex implements KeyIndex {
  #row = -1;

  find(): number {
    return this.#row;
  }

  add(_parts: readonly KeyPart[], row: number): void {
    this.#row = row;
  }
}

/** For keys of one part. */
export class PlainIndex implements KeyIndex {
  readonly #rows = new Map<KeyPart, number>();

  find(parts: readonly KeyPart[]): number {
    return this.#rows.get(parts[0] as KeyPart) ?? -1;
  }

  add(parts: readonly KeyPart[], row: number): void {
    this.#rows.set(parts[0] as KeyPart, row);
  }
}

const SLOTS_MIN = 64;

/**
 * For keys of several parts: open addressing over codes of the parts.
 *
 *   slots := (row:i32 code:i32*)*     row is one more than the row, 0: free; at most three in four are taken
 *
 * A part has a code of 32 bits that no other part in its place has: a small number that is not negative
 * is its own code; any other part is numbered by a map of its own, downward from −1. So a key is found,
 * or not, within one stretch of memory, and no string is hashed by hand.
 */
export class CompositeIndex implements KeyIndex {
  readonly #numbers: readonly Map<KeyPart, number>[];
  /** The codes of the key that is looked up. */
  readonly #codes: Int32Array;
  readonly #width: number;
  #slots: Int32Array;
  #mask = SLOTS_MIN - 1;
  #size = 0;

  constructor(depth: number) {
    this.#numbers = Array.from({ length: depth }, () => new Map());
    this.#codes = new Int32Array(depth);
    this.#width = depth + 1;
    this.#slots = new Int32Array(SLOTS_MIN * this.#width);
  }

  find(parts: readonly KeyPart[]): number {
    if (parts.length === 2) {
      const a = parts[0] as KeyPart;
      const b = parts[1] as KeyPart;
      if (isOwnCode(a) && isOwnCode(b)) return this.#findPair(a, b);
    }
    const codes = this.#codes;
    for (let p = 0; p < parts.length; p += 1) {
      const part = parts[p] as KeyPart;
      if (isOwnCode(part)) codes[p] = part;
      else {
        const number = (this.#numbers[p] as Map<KeyPart, number>).get(part);
        if (number === undefined) return -1;
        codes[p] = number;
      }
    }
    return (this.#slots[this.#slotOf(this.#slots, this.#mask, codes, 0)] as number) - 1;
  }

  add(parts: readonly KeyPart[], row: number): void {
    if ((this.#size + 1) * 4 > (this.#mask + 1) * 3) this.#grow();
    const codes = this.#codes;
    for (let p = 0; p < parts.length; p += 1) codes[p] = this.#codeOf(parts[p] as KeyPart, p);
    const at = this.#slotOf(this.#slots, this.#mask, codes, 0);
    this.#slots[at] = row + 1;
    for (let p = 0; p < codes.length; p += 1) this.#slots[at + 1 + p] = codes[p] as number;
    this.#size += 1;
  }

  /** As `#slotOf`, for the most frequent kind of key, all of it in registers. */
  #findPair(a: number, b: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    const hash = mixed(mixed(0, a), b);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const at = slot * 3;
      const row = slots[at] as number;
      if (row === 0 || (slots[at + 1] === a && slots[at + 2] === b)) return row - 1;
    }
  }

  /** Where the codes that begin at `from` are, or where they would be. */
  #slotOf(slots: Int32Array, mask: number, codes: Int32Array, from: number): number {
    const width = this.#width;
    let hash = 0;
    for (let p = 0; p < width - 1; p += 1) hash = mixed(hash, codes[from + p] as number);
    search: for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const at = slot * width;
      if (slots[at] === 0) return at;
      for (let p = 1; p < width; p += 1) if (slots[at + p] !== codes[from + p - 1]) continue search;
      return at;
    }
  }

  #grow(): void {
    const width = this.#width;
    const old = this.#slots;
    const mask = this.#mask * 2 + 1;
    const slots = new Int32Array((mask + 1) * width);
    for (let at = 0; at < old.length; at += width) {
      if (old[at] === 0) continue;
      const to = this.#slotOf(slots, mask, old, at + 1);
      for (let p = 0; p < width; p += 1) slots[to + p] = old[at + p] as number;
    }
    this.#slots = slots;
    this.#mask = mask;
  }

  #codeOf(part: KeyPart, p: number): number {
    if (isOwnCode(part)) return part;
    const numbers = this.#numbers[p] as Map<KeyPart, number>;
    const code = numbers.get(part) ?? -1 - numbers.size;
    numbers.set(part, code);
    return code;
  }
}

function isOwnCode(part: KeyPart): part is number {
  return typeof part === 'number' && (part | 0) === part && part >= 0;
}

/** A hash, and one code more. */
function mixed(hash: number, code: number): number {
  const product = Math.imul(hash ^ code, 0x85ebca6b);
  return product ^ (product >>> 15);
}
