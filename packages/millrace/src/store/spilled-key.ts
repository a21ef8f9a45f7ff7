import type { Buffer as Bytes } from 'node:buffer';
import { errors } from '../error.ts';
import { KEY_BYTES_MAX } from '../port/backend.ts';

/*
 * The key of a row as bytes: different keys have different bytes, and the same key always the same.
 *
 *   key  := stretch:u8 part*         a hash of the parts: what goes to the tree together lies together
 *   part := 1 u32                    a whole number from 0 to 2^32 − 1
 *         | 2 f64                    any other number
 *         | 3 length:u16 utf-8       text
 *         | 4 length:u16 utf-16      text with lone surrogates, little-endian
 *         | 5 length:u16 digits      a bigint
 *         | 6 | 7 | 8                false, true, null
 *
 * Numbers are big-endian, lengths in bytes.
 */
export type SpilledPart = string | number | bigint | boolean | null;

const [WHOLE, FLOAT, TEXT, LONE, BIG, FALSE, TRUE, NULL] = [1, 2, 3, 4, 5, 6, 7, 8] as const;
/** What a store adds in front. */
const PREFIX_BYTES = 3;
const OWN_BYTES_MAX: number = KEY_BYTES_MAX - PREFIX_BYTES;
const U32_VALUES = 2 ** 32;

const scratch: Bytes = Buffer.alloc(OWN_BYTES_MAX);

/** Good until the next call. Undefined: it is longer than a key of the store can be, or has a part that is none. */
export function encodeSpilledKey(parts: readonly SpilledPart[]): Uint8Array | undefined {
  let at = 1;
  scratch[0] = stretchOf(parts);
  for (const part of parts) {
    at = put(part, at);
    if (at < 0) return undefined;
  }
  return scratch.subarray(0, at);
}

/** In which of 256 stretches of the tree a key lies. */
export function stretchOf(parts: readonly SpilledPart[]): number {
  let hash = 0;
  for (let p = 0; p < parts.length; p += 1) {
    const part = parts[p] as SpilledPart;
    if (typeof part === 'number' && (part | 0) === part) hash = mixed(hash, part);
    else for (let i = 0, text = String(part); i < text.length; i += 1) hash = mixed(hash, text.charCodeAt(i));
  }
  return hash >>> 24;
}

function mixed(hash: number, code: number): number {
  const product = Math.imul(hash ^ code, 0x9e3779b1) + 0x7feb352d;
  return product ^ (product >>> 15);
}

/** Where it ends; -1: it does not fit. */
function put(part: SpilledPart, at: number): number {
  if (typeof part === 'string') return part.isWellFormed() ? putText(TEXT, part, 'utf8', at) : putText(LONE, part, 'utf16le', at);
  if (typeof part === 'bigint') return putText(BIG, String(part), 'latin1', at);
  if (typeof part === 'number') return putNumber(part, at);
  if (at + 1 > OWN_BYTES_MAX || (part !== null && typeof part !== 'boolean')) return -1;
  scratch[at] = part === null ? NULL : part ? TRUE : FALSE;
  return at + 1;
}

function putNumber(part: number, at: number): number {
  const isWhole = part >= 0 && part < U32_VALUES && Number.isInteger(part);
  const end = at + (isWhole ? 5 : 9);
  if (end > OWN_BYTES_MAX) return -1;
  scratch[at] = isWhole ? WHOLE : FLOAT;
  // −0 is the key 0.
  if (isWhole) scratch.writeUInt32BE(part >>> 0, at + 1);
  else scratch.writeDoubleBE(part, at + 1);
  return end;
}

function putText(tag: number, text: string, encoding: 'utf8' | 'utf16le' | 'latin1', at: number): number {
  const length = Buffer.byteLength(text, encoding);
  const end = at + 3 + length;
  if (end > OWN_BYTES_MAX) return -1;
  scratch[at] = tag;
  scratch.writeUInt16BE(length, at + 1);
  scratch.write(text, at + 3, encoding);
  return end;
}

/** The parts of a key that `encodeSpilledKey` made. */
export function decodeSpilledKey(own: Uint8Array): SpilledPart[] {
  const bytes = Buffer.from(own.buffer, own.byteOffset, own.length);
  const parts: SpilledPart[] = [];
  let at = 1;
  try {
    while (at < bytes.length) {
      const tag = bytes[at];
      at += 1;
      if (tag === WHOLE) {
        parts.push(bytes.readUInt32BE(at));
        at += 4;
      } else if (tag === FLOAT) {
        parts.push(bytes.readDoubleBE(at));
        at += 8;
      } else if (tag === FALSE || tag === TRUE) parts.push(tag === TRUE);
      else if (tag === NULL) parts.push(null);
      else {
        const end = at + 2 + bytes.readUInt16BE(at);
        parts.push(textPart(tag as number, bytes, at + 2, end));
        at = end;
      }
    }
  } catch {
    throw noKey(bytes);
  }
  if (bytes.length === 0 || stretchOf(parts) !== bytes[0]) throw noKey(bytes);
  return parts;
}

function textPart(tag: number, bytes: Bytes, from: number, end: number): SpilledPart {
  if (end > bytes.length) throw noKey(bytes);
  if (tag === TEXT) return bytes.toString('utf8', from, end);
  if (tag === LONE) return bytes.toString('utf16le', from, end);
  if (tag === BIG) return BigInt(bytes.toString('latin1', from, end));
  throw noKey(bytes);
}

function noKey(bytes: Uint8Array): Error {
  return errors.BAD_KEY({ key: Buffer.from(bytes).toString('hex'), expected: 'made of the parts of a row\'s key' });
}
