import { crc32 } from 'node:zlib';

/*
 * What a value of the store says of its own place, so that one under a wrong key shows without being read.
 *
 *   value := magic:u32 ⟨4⟩ version:u16 ⟨12⟩ place:u32 …        little-endian; see store/block.ts
 *
 * The place is the CRC-32 of the key. Values of version 1 have none.
 */

/** "MRB1" when read as text. */
export const VALUE_MAGIC = 0x3142524d;
/** The first version that says its place. */
export const PLACED_VERSION = 2;
export const VERSION_AT = 8;
export const PLACE_AT = 22;
/** How many bytes of a value have to be known. */
export const HEAD_BYTES = 26;

export function placeOf(key: Uint8Array): number {
  return crc32(key);
}

/** Whether the value that begins like this belongs to another key. */
export function isMisplaced(key: Uint8Array, head: Uint8Array): boolean {
  if (head.length < HEAD_BYTES) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.getUint32(0, true) !== VALUE_MAGIC || view.getUint16(VERSION_AT, true) !== PLACED_VERSION) return false;
  return view.getUint32(PLACE_AT, true) !== placeOf(key);
}
