import type { KeyPart } from './key.ts';

/** Finds the row of a key. */
export interface KeyIndex {
  /** The row, or -1. */
  find(parts: readonly KeyPart[]): number;
  /** The next row, which is for a key that is not there yet. */
  add(parts: readonly KeyPart[], row: number): void;
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
 * For keys of several parts: open addressing over a hash of the parts, confirmed on the parts themselves.
 *
 *   slots := (hash:i32 row:i32)*     row is one more than the row, 0: free; at most three in four are taken
 *
 * A small integer is its own hash; any other part is numbered by a map of its own, so that no string is
 * hashed by hand.
 */
export class CompositeIndex implements KeyIndex {
  readonly #columns: readonly (readonly KeyPart[])[];
  readonly #numbers: readonly Map<KeyPart, number>[];
  #slots = new Int32Array(2 * SLOTS_MIN);
  #size = 0;

  /** `columns[p][row]` is part p of a row's key; the owner fills them. */
  constructor(columns: readonly (readonly KeyPart[])[]) {
    this.#columns = columns;
    this.#numbers = columns.map(() => new Map());
  }

  find(parts: readonly KeyPart[]): number {
    const hash = this.#hash(parts, false);
    const slots = this.#slots;
    const columns = this.#columns;
    const mask = (slots.length >>> 1) - 1;
    search: for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = (slots[2 * slot + 1] as number) - 1;
      if (row < 0) return -1;
      if (slots[2 * slot] !== hash) continue;
      for (let p = 0; p < columns.length; p += 1) {
        if ((columns[p] as readonly KeyPart[])[row] !== parts[p]) continue search;
      }
      return row;
    }
  }

  add(parts: readonly KeyPart[], row: number): void {
    if ((this.#size + 1) * 8 > this.#slots.length * 3) this.#grow();
    this.#place(this.#slots, this.#hash(parts, true), row);
    this.#size += 1;
  }

  #place(slots: Int32Array, hash: number, row: number): void {
    const mask = (slots.length >>> 1) - 1;
    let slot = hash & mask;
    while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
    slots[2 * slot] = hash;
    slots[2 * slot + 1] = row + 1;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    for (let at = 0; at < this.#slots.length; at += 2) {
      const row = this.#slots[at + 1] as number;
      if (row !== 0) this.#place(slots, this.#slots[at] as number, row - 1);
    }
    this.#slots = slots;
  }

  #hash(parts: readonly KeyPart[], number: boolean): number {
    let hash = 0;
    for (let p = 0; p < parts.length; p += 1) {
      const part = parts[p] as KeyPart;
      const own = typeof part === 'number' && (part | 0) === part ? part : this.#numberOf(part, p, number);
      hash = Math.imul(hash ^ own, 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    return Math.imul(hash, 0xc2b2ae35) ^ (hash >>> 13);
  }

  /** A part that was never seen has number 0, under which nothing is filed. */
  #numberOf(part: KeyPart, p: number, number: boolean): number {
    const numbers = this.#numbers[p] as Map<KeyPart, number>;
    let found = numbers.get(part);
    if (found === undefined) {
      if (!number) return 0;
      found = numbers.size + 1;
      numbers.set(part, found);
    }
    return found;
  }
}
