import { assert } from '../assert.ts';
import { isOwnCode, mixed } from './key-code.ts';
import type { KeyIndex } from './key-index-shape.ts';
import type { KeyPart } from './key.ts';

const SLOTS_MIN = 64;

/**
 * For keys of several parts, which it keeps: open addressing over codes of the parts.
 *
 *   slots := slot:i32*      0: free; else one more than the row, and of the hash the bits that do not choose the slot
 *   codes := (code:i32*)*   by row
 *
 * A part has a code of 32 bits that no other part in its place has: a small number that is not negative
 * is its own code; any other part is numbered by a map of its own, downward from −1. So no string is hashed
 * by hand. At most five slots in eight are taken. That a key is not there, the slots nearly always say alone, in
 * one place in memory; the codes of a key that came lately lie beside those of others that did.
 */
export class CompositeIndex implements KeyIndex {
  readonly #numbers: readonly Map<KeyPart, number>[];
  /** The parts that are numbered, in the order of their numbers. */
  readonly #numbered: readonly KeyPart[][];
  /** The codes of the key that is looked up. */
  readonly #key: Int32Array;
  readonly #depth: number;
  #slots: Int32Array = new Int32Array(SLOTS_MIN);
  #mask = SLOTS_MIN - 1;
  #codes: Int32Array;
  #size = 0;

  constructor(depth: number) {
    this.#numbers = Array.from({ length: depth }, () => new Map());
    this.#numbered = Array.from({ length: depth }, () => []);
    this.#key = new Int32Array(depth);
    this.#depth = depth;
    this.#codes = new Int32Array(rowsOf(SLOTS_MIN) * depth);
  }

  find(parts: readonly KeyPart[]): number {
    if (parts.length === 2) {
      const a = this.#knownCode(parts[0] as KeyPart, 0);
      if (a === undefined) return -1;
      const b = this.#knownCode(parts[1] as KeyPart, 1);
      return b === undefined ? -1 : this.#findPair(a, b);
    }
    const key = this.#key;
    for (let p = 0; p < parts.length; p += 1) {
      const code = this.#knownCode(parts[p] as KeyPart, p);
      if (code === undefined) return -1;
      key[p] = code;
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

  /** A part of a key that was added. */
  partAt(row: number, p: number): KeyPart {
    const code = this.#codes[row * this.#depth + p] as number;
    return code >= 0 ? code : (this.#numbered[p]?.[-1 - code] as KeyPart);
  }

  /** As `#find`, for the most frequent kind of key, all of it in registers. */
  #findPair(a: number, b: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    const hash = mixed(mixed(0, a), b);
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = slots[at] as number;
      if (slot === 0) return -1;
      if (((slot ^ hash) & ~mask) !== 0) continue;
      const row = (slot & mask) - 1;
      const codes = this.#codes;
      if (codes[2 * row] === a && codes[2 * row + 1] === b) return row;
    }
  }

  #find(key: Int32Array): number {
    const slots = this.#slots;
    const mask = this.#mask;
    const codes = this.#codes;
    const depth = this.#depth;
    let hash = 0;
    for (let p = 0; p < depth; p += 1) hash = mixed(hash, key[p] as number);
    search: for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = slots[at] as number;
      if (slot === 0) return -1;
      if (((slot ^ hash) & ~mask) !== 0) continue;
      const row = (slot & mask) - 1;
      for (let p = 0; p < depth; p += 1) if (codes[row * depth + p] !== key[p]) continue search;
      return row;
    }
  }

  #put(hash: number, row: number): void {
    const slots = this.#slots;
    const mask = this.#mask;
    let at = hash & mask;
    for (let slot = slots[at] as number; slot !== 0; slot = slots[at] as number) {
      if (((slot ^ hash) & ~mask) === 0 && this.#areSame((slot & mask) - 1, row)) break;
      at = (at + 1) & mask;
    }
    slots[at] = (hash & ~mask) | (row + 1);
  }

  #areSame(row: number, other: number): boolean {
    const codes = this.#codes;
    const depth = this.#depth;
    for (let p = 0; p < depth; p += 1) if (codes[row * depth + p] !== codes[other * depth + p]) return false;
    return true;
  }

  #grow(): void {
    const depth = this.#depth;
    const count = this.#slots.length * 2;
    const codes = new Int32Array(rowsOf(count) * depth);
    codes.set(this.#codes);
    this.#codes = codes;
    this.#slots = new Int32Array(count);
    this.#mask = count - 1;
    for (let row = 0; row < this.#size; row += 1) {
      let hash = 0;
      for (let p = 0; p < depth; p += 1) hash = mixed(hash, codes[row * depth + p] as number);
      this.#put(hash, row);
    }
  }

  /** The code of a part, if it has one. */
  #knownCode(part: KeyPart, p: number): number | undefined {
    return isOwnCode(part) ? part | 0 : (this.#numbers[p] as Map<KeyPart, number>).get(part);
  }

  #codeOf(part: KeyPart, p: number): number {
    const known = this.#knownCode(part, p);
    if (known !== undefined) return known;
    const numbered = this.#numbered[p] as KeyPart[];
    const code = -1 - numbered.length;
    numbered.push(part);
    (this.#numbers[p] as Map<KeyPart, number>).set(part, code);
    return code;
  }
}

/** How many rows have room in so many slots: with five in eight taken, a key that is not there is known by a few of them. */
function rowsOf(slots: number): number {
  return (slots / 8) * 5;
}
