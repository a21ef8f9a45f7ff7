import { errors } from '../error.ts';

/*
 * The keys of a store, made so that the order of their bytes is the order of their numbers.
 *
 *   key    := prefix number:u48
 *   prefix := kind:u8 id:u16                  which log, state or generation of ids it belongs to
 *
 * Rows of a state that are on disk only are found by their own keys instead of a number; see spilled-key.ts.
 *
 * All numbers are big-endian. Kind 255 is never used, so every prefix has a next one to end its range.
 */

/** The kinds of things in a store. They are part of the format: they never change their numbers. */
export const META = 1;
export const LOG = 2;
export const CHANGELOG = 3;
export const OUTPUT = 4;
export const OUTBOX = 5;
export const SUBSCRIBERS = 6;
export const SPILLED = 7;
export const REWIND = 8;

const KIND_MAX = 254;
const ID_MAX = 0xffff;
const NUMBER_MAX: number = 2 ** 48 - 1;
const PREFIX_BYTES = 3;
const KEY_BYTES = 9;

export interface ParsedKey {
  readonly kind: number;
  readonly id: number;
  readonly number: number;
}

/** The key of one numbered thing, say a block by its commit. */
export function key(kind: number, id: number, number: number): Uint8Array {
  const bytes = prefix(kind, id, KEY_BYTES);
  checkRange('number', number, 0, NUMBER_MAX);
  const view = new DataView(bytes.buffer);
  view.setUint16(PREFIX_BYTES, Math.floor(number / 2 ** 32));
  view.setUint32(PREFIX_BYTES + 2, number % 2 ** 32);
  return bytes;
}

/** All keys that begin with this kind and id: from the first up to, not including, the second. */
export function keyRange(kind: number, id: number): [from: Uint8Array, to: Uint8Array] {
  const from = prefix(kind, id, PREFIX_BYTES);
  const to = id < ID_MAX ? prefix(kind, id + 1, PREFIX_BYTES) : Uint8Array.of(kind + 1, 0, 0);
  return [from, to];
}

/** The key of something that is found by bytes of its own. */
export function keyOfBytes(kind: number, id: number, own: Uint8Array): Uint8Array {
  const bytes = prefix(kind, id, PREFIX_BYTES + own.length);
  bytes.set(own, PREFIX_BYTES);
  return bytes;
}

/** The id of a key that `keyOfBytes` made, and its own bytes. */
export function parseKeyOfBytes(bytes: Uint8Array): { readonly id: number; readonly own: Uint8Array } {
  if (bytes.length < PREFIX_BYTES) throw errors.BAD_KEY({ key: `of ${bytes.length} bytes`, expected: `at least ${PREFIX_BYTES} bytes long` });
  return { id: (bytes[1] as number) * 256 + (bytes[2] as number), own: bytes.subarray(PREFIX_BYTES) };
}

/** The parts of a key that `key` made. */
export function parseKey(bytes: Uint8Array): ParsedKey {
  if (bytes.length !== KEY_BYTES) {
    throw errors.BAD_KEY({ key: `of ${bytes.length} bytes`, expected: `${KEY_BYTES} bytes long` });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, KEY_BYTES);
  return {
    kind: view.getUint8(0),
    id: view.getUint16(1),
    number: view.getUint16(PREFIX_BYTES) * 2 ** 32 + view.getUint32(PREFIX_BYTES + 2),
  };
}

function prefix(kind: number, id: number, length: number): Uint8Array {
  checkRange('kind', kind, 1, KIND_MAX);
  checkRange('id', id, 0, ID_MAX);
  const bytes = new Uint8Array(length);
  bytes[0] = kind;
  bytes[1] = id >>> 8;
  bytes[2] = id & 0xff;
  return bytes;
}

function checkRange(part: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw errors.BAD_KEY({ key: `with ${part} ${value}`, expected: `one whose ${part} is an integer from ${min} to ${max}` });
}
