import { errors } from '../../error.ts';

/** An event's id: one value, or several that only together are unique, such as tenant and id. */
export type EventId = string | number | bigint | readonly (string | number | bigint)[];

/** The longest id in bytes; a longer one is refused as bad input. */
export const ID_BYTES_MAX = 1024;

/*
 * The bytes of an id, equal exactly for equal ids.
 *
 *   id     := part+
 *   part   := ascii:0 length:u16 byte*  |  utf16:1 length:u16 unit:u16*  |  number:2 f64  |  bigint:3 length:u16 byte*
 *
 * Strings that are not ASCII keep their UTF-16 units, because an ill-formed string has no UTF-8.
 */
const ASCII = 0;
const UTF16 = 1;
const NUMBER = 2;
const BIGINT = 3;

/** Where a hash begins: FNV-1a, and at its end half of fmix32. */
const SEED = 0x811c9dc5;

/** Writes ids into one buffer that is used again and again. */
export class IdBytes {
  readonly bytes: Uint8Array = new Uint8Array(ID_BYTES_MAX + 16);
  readonly #view: DataView = new DataView(this.bytes.buffer);
  /** How many of `bytes` the id takes. */
  length = 0;
  /** 32 bits of hash over them. */
  hash = 0;

  set(id: EventId): void {
    this.length = 0;
    if (typeof id === 'string') {
      if (this.#plain(id)) return;
      this.#text(id);
    } else if (typeof id === 'object' && id !== null) for (const part of id) this.#part(part);
    else this.#part(id);
    this.hash = this.hashOf(this.bytes, 0, this.length);
  }

  /** The hash of an id's bytes, wherever they are. */
  hashOf(bytes: Uint8Array, from: number, to: number): number {
    let hash = SEED;
    for (let i = from; i < to; i += 1) hash = this.#mix(hash, bytes[i] as number);
    return this.#finish(hash);
  }

  /** The usual case in one pass: ASCII, written and hashed as it is read; false where it is something else. */
  #plain(text: string): boolean {
    const { bytes } = this;
    const at = this.#head(ASCII, text.length, text.length);
    let hash = this.#mix(this.#mix(this.#mix(SEED, ASCII), text.length >>> 8), text.length & 255);
    for (let i = 0; i < text.length; i += 1) {
      const unit = text.charCodeAt(i);
      if (unit > 127) {
        this.length = 0;
        return false;
      }
      bytes[at + i] = unit;
      hash = this.#mix(hash, unit);
    }
    this.hash = this.#finish(hash);
    return true;
  }

  #mix(hash: number, byte: number): number {
    return Math.imul(hash ^ byte, 0x01000193);
  }

  #finish(hash: number): number {
    const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    return (mixed ^ (mixed >>> 13)) >>> 0;
  }

  #part(part: unknown): void {
    if (typeof part === 'string') return this.#text(part);
    if (typeof part === 'number' && part === part) {
      this.#room(9);
      this.bytes[this.length] = NUMBER;
      // -0 and 0 are the same id.
      this.#view.setFloat64(this.length + 1, part === 0 ? 0 : part);
      this.length += 9;
      return undefined;
    }
    if (typeof part === 'bigint') return this.#ascii(BIGINT, part.toString());
    throw errors.BAD_ID({ found: part === null ? 'null' : typeof part === 'number' ? 'NaN' : typeof part });
  }

  #text(text: string): void {
    for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 127) return this.#utf16(text);
    return this.#ascii(ASCII, text);
  }

  #ascii(kind: number, text: string): void {
    const { bytes } = this;
    const at = this.#head(kind, text.length, text.length);
    for (let i = 0; i < text.length; i += 1) bytes[at + i] = text.charCodeAt(i);
  }

  #utf16(text: string): void {
    const at = this.#head(UTF16, text.length, text.length * 2);
    for (let i = 0; i < text.length; i += 1) this.#view.setUint16(at + 2 * i, text.charCodeAt(i));
  }

  #head(kind: number, length: number, byteLength: number): number {
    this.#room(3 + byteLength);
    const { bytes } = this;
    bytes[this.length] = kind;
    bytes[this.length + 1] = length >>> 8;
    bytes[this.length + 2] = length & 255;
    const at = this.length + 3;
    this.length = at + byteLength;
    return at;
  }

  #room(bytes: number): void {
    if (this.length + bytes > ID_BYTES_MAX) {
      throw errors.ID_TOO_LONG({ bytes: this.length + bytes, max: ID_BYTES_MAX });
    }
  }
}
