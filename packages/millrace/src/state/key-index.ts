import type { KeyPart } from './key.ts';

/** Finds the row of a key. */
export interface KeyIndex {
  /** The row, or -1. */
  find(parts: readonly KeyPart[]): number;
  /** The next row, which is for a key that is not there yet. */
  add(parts: readonly KeyPart[], row: number): void;
  /** A key that is there goes. */
  remove(parts: readonly KeyPart[]): void;
}

/** For rows that are not found by their key: several may have the same. */
export class NoIndex implements KeyIndex {
  find(): number {
    throw new Error('rows of this state are not found by their key');
  }

  add(): void {}

  remove(): void {}
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

  remove(): void {
    this.#row = -1;
  }
}

const SLOTS_MIN = 64;

/**
 * For keys of one part: small numbers that are not negative by open addressing, in one stretch of memory, and
 * any others in a map.
 *
 *   slots := (row:i32 key:i32)*     row is one more than the row, 0: free; at most three in four are taken
 */
export class PlainIndex implements KeyIndex {
  readonly #rows = new Map<KeyPart, number>();
  #slots = new Int32Array(SLOTS_MIN * 2);
  #mask = SLOTS_MIN - 1;
  #size = 0;

  find(parts: readonly KeyPart[]): number {
    const part = parts[0] as KeyPart;
    return isOwnCode(part) ? (this.#slots[this.#slotOf(part)] as number) - 1 : (this.#rows.get(part) ?? -1);
  }

  add(parts: readonly KeyPart[], row: number): void {
    const part = parts[0] as KeyPart;
    if (!isOwnCode(part)) {
      this.#rows.set(part, row);
      return;
    }
    if ((this.#size + 1) * 4 > (this.#mask + 1) * 3) this.#grow();
    const at = this.#slotOf(part);
    this.#slots[at] = row + 1;
    this.#slots[at + 1] = part;
    this.#size += 1;
  }

  remove(parts: readonly KeyPart[]): void {
    const part = parts[0] as KeyPart;
    if (!isOwnCode(part)) {
      this.#rows.delete(part);
      return;
    }
    const slots = this.#slots;
    const mask = this.#mask;
    let hole = this.#slotOf(part) >> 1;
    // Of those behind it, up to the next free one, each moves up that could not be found otherwise.
    for (let slot = (hole + 1) & mask; slots[slot * 2] !== 0; slot = (slot + 1) & mask) {
      const home = mixed(0, slots[slot * 2 + 1] as number) & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      slots[hole * 2] = slots[slot * 2] as number;
      slots[hole * 2 + 1] = slots[slot * 2 + 1] as number;
      hole = slot;
    }
    slots[hole * 2] = 0;
    this.#size -= 1;
  }

  /** Where the key is, or where it would be. */
  #slotOf(key: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    for (let slot = mixed(0, key) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * 2;
      if (slots[at] === 0 || slots[at + 1] === key) return at;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Int32Array((this.#mask + 1) * 2);
    for (let from = 0; from < old.length; from += 2) {
      if (old[from] === 0) continue;
      const to = this.#slotOf(old[from + 1] as number);
      this.#slots[to] = old[from] as number;
      this.#slots[to + 1] = old[from + 1] as number;
    }
  }
}

/** Fewer parts than this that no key has any more are not worth looking for. */
const LEFT_OVER_MIN = 1024;

/**
 * For keys of several parts: open addressing over codes of the parts.
 *
 *   slots := (row:i32 code:i32*)*     row is one more than the row, 0: free; at most three in four are taken
 *
 * A part has a code of 32 bits that no other part in its place has: a small number that is not negative
 * is its own code; any other part is numbered by a map of its own, downward from −1. So a key is found,
 * or not, within one stretch of memory, and no string is hashed by hand. Once most numbers are of parts that
 * no key has any more, those that are had are numbered anew.
 */
export class CompositeIndex implements KeyIndex {
  #numbers: readonly Map<KeyPart, number>[];
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
    if ((this.#size + 1) * 4 > (this.#mask + 1) * 3) this.#rehash(this.#mask * 2 + 1);
    const codes = this.#codes;
    for (let p = 0; p < parts.length; p += 1) codes[p] = this.#codeOf(parts[p] as KeyPart, p);
    const at = this.#slotOf(this.#slots, this.#mask, codes, 0);
    this.#slots[at] = row + 1;
    for (let p = 0; p < codes.length; p += 1) this.#slots[at + 1 + p] = codes[p] as number;
    this.#size += 1;
  }

  remove(parts: readonly KeyPart[]): void {
    const codes = this.#codes;
    for (let p = 0; p < parts.length; p += 1) codes[p] = this.#codeOf(parts[p] as KeyPart, p);
    this.#close(this.#slotOf(this.#slots, this.#mask, codes, 0));
    this.#size -= 1;
    if (this.#numbers.some(({ size }) => size > 2 * this.#size + LEFT_OVER_MIN)) this.#renumber();
  }

  /** Frees a slot: of those behind it, up to the next free one, each moves up that could not be found otherwise. */
  #close(at: number): void {
    const width = this.#width;
    const slots = this.#slots;
    const mask = this.#mask;
    let hole = at / width;
    for (let slot = (hole + 1) & mask; slots[slot * width] !== 0; slot = (slot + 1) & mask) {
      const home = this.#hashOf(slots, slot * width + 1) & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      slots.copyWithin(hole * width, slot * width, (slot + 1) * width);
      hole = slot;
    }
    slots[hole * width] = 0;
  }

  #renumber(): void {
    const width = this.#width;
    const old = this.#slots;
    const used = this.#numbers.map((_, p) => {
      const codes = new Set<number>();
      for (let at = 0; at < old.length; at += width) if (old[at] !== 0) codes.add(old[at + 1 + p] as number);
      return codes;
    });
    const former = this.#numbers;
    this.#numbers = former.map((numbers, p) => {
      const kept = [...numbers].filter(([, code]) => used[p]?.has(code));
      return new Map(kept.map(([part], i) => [part, -1 - i]));
    });
    const codes = former.map((numbers, p) => new Map([...numbers].map(([part, code]) => [code, this.#numbers[p]?.get(part)])));
    for (let at = 0; at < old.length; at += width) {
      if (old[at] === 0) continue;
      for (let p = 0; p < width - 1; p += 1) old[at + 1 + p] = codes[p]?.get(old[at + 1 + p] as number) ?? (old[at + 1 + p] as number);
    }
    this.#rehash(this.#mask);
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
    search: for (let slot = this.#hashOf(codes, from) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * width;
      if (slots[at] === 0) return at;
      for (let p = 1; p < width; p += 1) if (slots[at + p] !== codes[from + p - 1]) continue search;
      return at;
    }
  }

  #hashOf(codes: Int32Array, from: number): number {
    let hash = 0;
    for (let p = 0; p < this.#width - 1; p += 1) hash = mixed(hash, codes[from + p] as number);
    return hash;
  }

  #rehash(mask: number): void {
    const width = this.#width;
    const old = this.#slots;
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
