import { assert } from '../assert.ts';
import type { KeyPart } from './key.ts';

/** Finds the row of a key. */
export interface KeyIndex {
  /** The row, or -1. */
  find(parts: readonly KeyPart[]): number;
  /** The next row, which is for a key that is not there yet: the first is 0. */
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
 *   tags  := tag:u8*      by slot, 0: free, else one more than seven bits of the hash; at most five in eight are taken
 *   rows  := row:i32*     by slot
 *   codes := (code:i32*)* by row
 *
 * A part has a code of 32 bits that no other part in its place has: a small number that is not negative
 * is its own code; any other part is numbered by a map of its own, downward from −1. So no string is hashed
 * by hand. The tags stay in the processor's cache where whole keys would not: that a key is not there, they
 * nearly always say alone, and the codes of a key that came lately lie beside those of others that did.
 */
export class CompositeIndex implements KeyIndex {
  readonly #numbers: readonly Map<KeyPart, number>[];
  /** The codes of the key that is looked up. */
  readonly #key: Int32Array;
  readonly #depth: number;
  #tags: Uint8Array = new Uint8Array(SLOTS_MIN);
  #rows: Int32Array = new Int32Array(SLOTS_MIN);
  #mask = SLOTS_MIN - 1;
  #codes: Int32Array;
  #size = 0;

  constructor(depth: number) {
    this.#numbers = Array.from({ length: depth }, () => new Map());
    this.#key = new Int32Array(depth);
    this.#depth = depth;
    this.#codes = new Int32Array(rowsOf(SLOTS_MIN) * depth);
  }

  find(parts: readonly KeyPart[]): number {
    if (parts.length === 2) {
      const a = parts[0] as KeyPart;
      const b = parts[1] as KeyPart;
      if (isOwnCode(a) && isOwnCode(b)) return this.#findPair(a | 0, b | 0);
    }
    const key = this.#key;
    for (let p = 0; p < parts.length; p += 1) {
      const part = parts[p] as KeyPart;
      if (isOwnCode(part)) key[p] = part;
      else {
        const number = (this.#numbers[p] as Map<KeyPart, number>).get(part);
        if (number === undefined) return -1;
        key[p] = number;
      }
    }
    return this.#find(key);
  }

  add(parts: readonly KeyPart[], row: number): void {
    assert(row === this.#size, () => `row ${row} was added to an index of ${this.#size}`);
    const at = row * this.#depth;
    if (at === this.#codes.length) this.#grow();
    let hash = 0;
    for (let p = 0; p < parts.length; p += 1) {
      const code = this.#codeOf(parts[p] as KeyPart, p);
      this.#codes[at + p] = code;
      hash = mixed(hash, code);
    }
    this.#put(hash, row);
    this.#size = row + 1;
  }

  /** As `#find`, for the most frequent kind of key, all of it in registers. */
  #findPair(a: number, b: number): number {
    const tags = this.#tags;
    const mask = this.#mask;
    const hash = mixed(mixed(0, a), b);
    const tag = tagOf(hash);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const there = tags[slot] as number;
      if (there === 0) return -1;
      if (there !== tag) continue;
      const row = this.#rows[slot] as number;
      const codes = this.#codes;
      if (codes[2 * row] === a && codes[2 * row + 1] === b) return row;
    }
  }

  #find(key: Int32Array): number {
    const tags = this.#tags;
    const mask = this.#mask;
    const codes = this.#codes;
    const depth = this.#depth;
    let hash = 0;
    for (let p = 0; p < depth; p += 1) hash = mixed(hash, key[p] as number);
    const tag = tagOf(hash);
    search: for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const there = tags[slot] as number;
      if (there === 0) return -1;
      if (there !== tag) continue;
      const row = this.#rows[slot] as number;
      for (let p = 0; p < depth; p += 1) if (codes[row * depth + p] !== key[p]) continue search;
      return row;
    }
  }

  #put(hash: number, row: number): void {
    const tags = this.#tags;
    const mask = this.#mask;
    let slot = hash & mask;
    while (tags[slot] !== 0) slot = (slot + 1) & mask;
    tags[slot] = tagOf(hash);
    this.#rows[slot] = row;
  }

  #grow(): void {
    const depth = this.#depth;
    const slots = this.#tags.length * 2;
    const codes = new Int32Array(rowsOf(slots) * depth);
    codes.set(this.#codes);
    this.#codes = codes;
    this.#tags = new Uint8Array(slots);
    this.#rows = new Int32Array(slots);
    this.#mask = slots - 1;
    for (let row = 0; row < this.#size; row += 1) {
      let hash = 0;
      for (let p = 0; p < depth; p += 1) hash = mixed(hash, codes[row * depth + p] as number);
      this.#put(hash, row);
    }
  }

  #codeOf(part: KeyPart, p: number): number {
    if (isOwnCode(part)) return part | 0;
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

/** How many rows have room in so many slots: with five in eight taken, a key that is not there is known by a few tags. */
function rowsOf(slots: number): number {
  return (slots / 8) * 5;
}

/** Of the bits that do not say in which slot a key is. */
function tagOf(hash: number): number {
  return (hash >>> 25) + 1;
}
