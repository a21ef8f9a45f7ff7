import { crc32 } from 'node:zlib';
import { errors } from '../error.ts';
import { HEAD_BYTES, PLACED_VERSION, PLACE_AT, VALUE_MAGIC as MAGIC, VERSION_AT as COVERED_AT, placeOf } from '../port/place.ts';

/*
 * The frame round everything a store keeps, by which damage shows.
 *
 *   block := magic:u32 crc32:u32 version:u16 store:u16 commit:u48 length:u32 place:u32 payload
 *
 * All numbers are little-endian; `length` is that of the payload in bytes. crc32 covers everything after
 * itself, in this version and all to come, so a damaged block is never taken for one of the future.
 * `place` is the CRC-32 of the key under which it is stored: a block under another key is damage too.
 * Version 1, which is still read, has no place.
 * A block that does not match is CORRUPT_BLOCK, never the end of the log.
 *
 * CRC-32 rather than CRC-32C: it finds the same damage at these lengths, and node:zlib has it in native code.
 */
export interface Block {
  /** Which log or state of the store it belongs to. */
  readonly store: number;
  /** The number of the commit that wrote it. */
  readonly commit: number;
  readonly payload: Uint8Array;
}

const VERSION = PLACED_VERSION;
const UNPLACED_VERSION = 1;

const CHECKSUM_AT = 4;
const STORE_AT = 10;
const COMMIT_AT = 12;
const LENGTH_AT = 18;
const UNPLACED_HEAD_BYTES = 22;

/** What a block is to hold: in one piece, or in several that are put together there and nowhere before. */
export type Payload = Uint8Array | readonly Uint8Array[];

/** A block that is to be stored. */
export interface NewBlock {
  readonly store: number;
  readonly commit: number;
  readonly payload: Payload;
}

/** The most one block holds, in bytes. */
export const PAYLOAD_BYTES_MAX: number = 256 * 1_048_576;

/** The bytes of a block that is to be stored under `key`. */
export function encodeBlock({ store, commit, payload }: NewBlock, key: Uint8Array): Uint8Array {
  const pieces = payload instanceof Uint8Array ? [payload] : payload;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length > PAYLOAD_BYTES_MAX) {
    const where = `the block of commit ${commit} in store ${store}`;
    throw errors.BLOCK_TOO_LARGE({ where, what: 'bytes', actual: length, max: PAYLOAD_BYTES_MAX });
  }
  // All of it is written here: it need not be zero before.
  const bytes = new Uint8Array(Buffer.allocUnsafeSlow(HEAD_BYTES + length).buffer);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(COVERED_AT, VERSION, true);
  view.setUint16(STORE_AT, store, true);
  view.setUint32(COMMIT_AT, commit % 2 ** 32, true);
  view.setUint16(COMMIT_AT + 4, Math.floor(commit / 2 ** 32), true);
  view.setUint32(LENGTH_AT, length, true);
  view.setUint32(PLACE_AT, placeOf(key), true);
  let at = HEAD_BYTES;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  view.setUint32(CHECKSUM_AT, crc32(bytes.subarray(COVERED_AT)), true);
  return bytes;
}

/** The block that was stored under `key`, its payload as a view of the bytes. `where` says in errors which block it was. */
export function decodeBlock(bytes: Uint8Array, where: string, key: Uint8Array): Block {
  if (bytes.length < UNPLACED_HEAD_BYTES) throw corrupt(where, 'size in bytes', `at least ${UNPLACED_HEAD_BYTES}`, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

  const magic = view.getUint32(0, true);
  if (magic !== MAGIC) throw corrupt(where, 'magic', hex(MAGIC), hex(magic));

  const expected = view.getUint32(CHECKSUM_AT, true);
  const actual = crc32(bytes.subarray(COVERED_AT));
  if (actual !== expected) throw corrupt(where, 'checksum', hex(expected), hex(actual));

  const version = view.getUint16(COVERED_AT, true);
  if (version !== VERSION && version !== UNPLACED_VERSION) throw errors.UNKNOWN_FORMAT({ where, found: version, known: [UNPLACED_VERSION, VERSION] });
  const head = version === VERSION ? HEAD_BYTES : UNPLACED_HEAD_BYTES;

  const length = view.getUint32(LENGTH_AT, true);
  if (length !== bytes.length - head) throw corrupt(where, 'size in bytes', head + length, bytes.length);

  const place = version === VERSION ? view.getUint32(PLACE_AT, true) : placeOf(key);
  if (place !== placeOf(key)) throw corrupt(where, 'place', hex(place), hex(placeOf(key)));
  return {
    store: view.getUint16(STORE_AT, true),
    commit: view.getUint16(COMMIT_AT + 4, true) * 2 ** 32 + view.getUint32(COMMIT_AT, true),
    payload: bytes.subarray(head),
  };
}

function corrupt(where: string, what: string, expected: string | number, actual: string | number): Error {
  return errors.CORRUPT_BLOCK({ where, what, expected: String(expected), actual: String(actual) });
}

function hex(number: number): string {
  return `0x${number.toString(16).padStart(8, '0')}`;
}
