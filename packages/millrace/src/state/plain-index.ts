import { isOwnCode, mixed } from './key-code.ts';
import type { ChangingIndex } from './key-index-shape.ts';
import type { KeyPart } from './key.ts';

const SLOTS_MIN = 64;

/**
 * For keys of one part: small numbers that are not negative by open addressing, in one stretch of memory, and
 * any others in a map.
 *
 *   slots := (row:i32 key:i32)*     row is one more than the row, 0: free; at most three in four are taken
 */
export class PlainIndex implements ChangingIndex {
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
