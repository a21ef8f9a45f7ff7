import { assert } from '../../assert.ts';
import type { IdBytes } from './id-bytes.ts';

/*
 * The ids first seen in one stretch of event time.
 *
 *   slots  := (hash:u32 place:u32)*      open addressing; place is that of the record plus one, 0: free
 *   arena  := record*                    appended only, so that what is new since a commit is its tail
 *   record := length:u16 time:u32 byte* digest  length of the id; its event time in ms since the stretch began
 *   digest := byte*                      of the event's content: 16 bytes where contents are compared, else none
 *
 * A hash that matches is confirmed on the bytes: the answer is exact.
 */
const HEAD_BYTES = 6;
const SLOTS_MIN = 1 << 10;
const ARENA_BYTES_MIN = 1 << 14;
const ARENA_BYTES_MAX: number = 2 ** 32 - 1;

export class Generation {
  /** The stretch of event time: [start, start + length). */
  readonly start: number;
  size = 0;
  #slots: Uint32Array;
  #arena: Uint8Array;
  /** How much of the arena is in use, and how much of that is durable. */
  #used = 0;
  #saved = 0;
  #lastPlace = 0;
  #lastSlot = 0;
  /** Where the record is that `timeOf` found last. */
  #foundPlace = 0;
  readonly #digestBytes: number;

  constructor(start: number, expectedIds: number, digestBytes: number) {
    this.start = start;
    this.#digestBytes = digestBytes;
    let slots = SLOTS_MIN;
    while (slots < expectedIds * 2) slots *= 2;
    this.#slots = new Uint32Array(slots * 2);
    this.#arena = new Uint8Array(ARENA_BYTES_MIN);
  }

  /** The event time of this id, if it is at least `least`; else -1. */
  timeOf(id: IdBytes, least: number): number {
    const slots = this.#slots;
    const mask = (slots.length >>> 1) - 1;
    for (let slot = id.hash & mask; ; slot = (slot + 1) & mask) {
      const place = slots[2 * slot + 1] as number;
      if (place === 0) return -1;
      if (slots[2 * slot] !== id.hash || !this.#same(place - 1, id)) continue;
      const time = this.start + this.#time(place - 1);
      if (time < least) continue;
      this.#foundPlace = place - 1;
      return time;
    }
  }

  /** Whether the record that `timeOf` found last has the digest that follows the id. */
  sameDigest(id: IdBytes): boolean {
    const { bytes, length } = id;
    const first = this.#foundPlace + HEAD_BYTES + length;
    for (let i = 0; i < this.#digestBytes; i += 1) if (this.#arena[first + i] !== bytes[length + i]) return false;
    return true;
  }

  /** Behind the bytes of the id there is its digest, if there is one. */
  add(id: IdBytes, time: number): void {
    const place = this.#used;
    const length = id.length + this.#digestBytes;
    const end = place + HEAD_BYTES + length;
    if (end > this.#arena.length) this.#grow(end);
    const arena = this.#arena;
    const offset = time - this.start;
    arena[place] = id.length & 255;
    arena[place + 1] = id.length >>> 8;
    arena[place + 2] = offset & 255;
    arena[place + 3] = (offset >>> 8) & 255;
    arena[place + 4] = (offset >>> 16) & 255;
    arena[place + 5] = offset >>> 24;
    const { bytes } = id;
    for (let i = 0; i < length; i += 1) arena[place + HEAD_BYTES + i] = bytes[i] as number;
    this.#used = end;
    this.#lastPlace = place;
    this.#lastSlot = this.#place(id.hash, place);
  }

  /** Forgets the id that was added last, and nothing after it: no other one has been placed behind it yet. */
  takeBack(): void {
    this.#slots[2 * this.#lastSlot + 1] = 0;
    this.#used = this.#lastPlace;
    this.size -= 1;
  }

  /** The records added since the last `saved()`, good until the next is added; undefined where there are none. */
  unsaved(): Uint8Array | undefined {
    return this.#used === this.#saved ? undefined : this.#arena.subarray(this.#saved, this.#used);
  }

  saved(): void {
    this.#saved = this.#used;
  }

  /** Takes back records that `unsaved` had given out. */
  restore(records: Uint8Array, id: IdBytes): void {
    const from = this.#used;
    const end = from + records.length;
    if (end > this.#arena.length) this.#grow(end);
    this.#arena.set(records, from);
    for (let place = from; place < end; ) {
      const length = (this.#arena[place] as number) | ((this.#arena[place + 1] as number) << 8);
      const first = place + HEAD_BYTES;
      this.#place(id.hashOf(this.#arena, first, first + length), place);
      place = first + length + this.#digestBytes;
    }
    this.#used = end;
    this.#saved = end;
  }

  #place(hash: number, place: number): number {
    if ((this.size + 1) * 4 > this.#slots.length) this.#rehash();
    const slots = this.#slots;
    const mask = (slots.length >>> 1) - 1;
    let slot = hash & mask;
    while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
    slots[2 * slot] = hash;
    slots[2 * slot + 1] = place + 1;
    this.size += 1;
    return slot;
  }

  #rehash(): void {
    const old = this.#slots;
    const slots = new Uint32Array(old.length * 2);
    const mask = (slots.length >>> 1) - 1;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue;
      let slot = (old[from] as number) & mask;
      while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
      slots[2 * slot] = old[from] as number;
      slots[2 * slot + 1] = old[from + 1] as number;
    }
    this.#slots = slots;
  }

  #grow(bytes: number): void {
    assert(bytes <= ARENA_BYTES_MAX, () => `a generation of ids takes ${bytes} bytes, and places have 32 bits`);
    let length = this.#arena.length;
    while (length < bytes) length = Math.min(length * 2, ARENA_BYTES_MAX);
    const arena = new Uint8Array(length);
    arena.set(this.#arena.subarray(0, this.#used));
    this.#arena = arena;
  }

  #same(place: number, id: IdBytes): boolean {
    const arena = this.#arena;
    const { bytes, length } = id;
    if (((arena[place] as number) | ((arena[place + 1] as number) << 8)) !== length) return false;
    const first = place + HEAD_BYTES;
    for (let i = 0; i < length; i += 1) if (arena[first + i] !== bytes[i]) return false;
    return true;
  }

  #time(place: number): number {
    const arena = this.#arena;
    return (
      ((arena[place + 2] as number) |
        ((arena[place + 3] as number) << 8) |
        ((arena[place + 4] as number) << 16) |
        ((arena[place + 5] as number) << 24)) >>>
      0
    );
  }
}
