import type { IdBytes } from '../dedupe/id-bytes.ts';

/*
 * Final groups that end in one stretch of event time, by key.
 *
 *   slots  := (hash:u32 place:u32)*                open addressing; place is that of the record plus one, 0: free
 *   arena  := record*                              appended only, so that what is new since a commit is its tail
 *   record := keyLength:u16 groupLength:u8 key group
 *
 * A key may have several records. A hash that matches is confirmed on the bytes.
 */
const HEAD_BYTES = 3;
const SLOTS_MIN = 1 << 6;
const ARENA_BYTES_MIN = 1 << 12;

export class FinalStretch {
  readonly number: number;
  size = 0;
  #slots: Uint32Array;
  #arena: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;
  #used = 0;
  #saved = 0;

  /** As large as `like`, the stretch before. */
  constructor(number: number, like: FinalStretch | undefined) {
    this.number = number;
    this.#slots = new Uint32Array(like === undefined ? 2 * SLOTS_MIN : like.#slots.length);
    this.#arena = new Uint8Array(Math.max(ARENA_BYTES_MIN, like === undefined ? 0 : like.#used));
    this.#view = new DataView(this.#arena.buffer);
  }

  /** The bytes of all groups of a key: where each begins, in `view`. */
  find(key: IdBytes, found: (view: DataView, at: number) => void): void {
    const slots = this.#slots;
    const mask = (slots.length >>> 1) - 1;
    for (let slot = key.hash & mask; ; slot = (slot + 1) & mask) {
      const place = slots[2 * slot + 1] as number;
      if (place === 0) return;
      if (slots[2 * slot] === key.hash && this.#isOf(place - 1, key)) found(this.#view, place - 1 + HEAD_BYTES + key.length);
    }
  }

  add(key: IdBytes, group: Uint8Array): void {
    const place = this.#used;
    const first = place + HEAD_BYTES;
    const end = first + key.length + group.length;
    this.#room(end);
    this.#view.setUint16(place, key.length, true);
    this.#view.setUint8(place + 2, group.length);
    this.#arena.set(key.bytes.subarray(0, key.length), first);
    this.#arena.set(group, first + key.length);
    this.#used = end;
    this.#place(key.hash, place);
  }

  /** The records added since the last `saved()`, good until the next is added; undefined where there are none. */
  unsaved(): Uint8Array | undefined {
    return this.#used === this.#saved ? undefined : this.#arena.subarray(this.#saved, this.#used);
  }

  saved(): void {
    this.#saved = this.#used;
  }

  /** Takes back records that `unsaved` had given out. */
  restore(records: Uint8Array, key: IdBytes): void {
    let place = this.#used;
    const end = place + records.length;
    this.#room(end);
    this.#arena.set(records, place);
    while (place < end) {
      const first = place + HEAD_BYTES;
      const length = this.#view.getUint16(place, true);
      this.#place(key.hashOf(this.#arena, first, first + length), place);
      place = first + length + this.#view.getUint8(place + 2);
    }
    this.#used = end;
    this.#saved = end;
  }

  #isOf(place: number, { bytes, length }: IdBytes): boolean {
    if (this.#view.getUint16(place, true) !== length) return false;
    const arena = this.#arena;
    const first = place + HEAD_BYTES;
    for (let i = 0; i < length; i += 1) if (arena[first + i] !== bytes[i]) return false;
    return true;
  }

  #place(hash: number, place: number): void {
    if ((this.size + 1) * 4 > this.#slots.length) this.#rehash();
    put(this.#slots, hash, place + 1);
    this.size += 1;
  }

  #rehash(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    for (let from = 0; from < old.length; from += 2) if (old[from + 1] !== 0) put(this.#slots, old[from] as number, old[from + 1] as number);
  }

  #room(bytes: number): void {
    if (bytes <= this.#arena.length) return;
    const arena = new Uint8Array(Math.max(bytes, 2 * this.#arena.length));
    arena.set(this.#arena.subarray(0, this.#used));
    this.#arena = arena;
    this.#view = new DataView(arena.buffer);
  }
}

function put(slots: Uint32Array, hash: number, entry: number): void {
  const mask = (slots.length >>> 1) - 1;
  let slot = hash & mask;
  while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
  slots[2 * slot] = hash;
  slots[2 * slot + 1] = entry;
}
