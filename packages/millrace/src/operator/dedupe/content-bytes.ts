import { DEPTH_MAX } from '../../store/column/limits.ts';
import * as Kind from '../../store/column/kind.ts';

/*
 * The bytes of a value, equal exactly for equal contents.
 *
 *   value  := kind:u8 body                       kinds as in store/column/kind.ts, all numbers little-endian
 *   body   :=                                    undefined, null
 *           | u8 | f64 | text                    boolean, number, bigint in decimal digits
 *           | text | f64 | length:u32 byte*      text, date, bytes
 *           | count:u32 value*                   list, set
 *           | count:u32 ( value value )*         map
 *           | ( text value )* end:255            record, by name
 *   text   := ascii:0 length:u32 byte* | utf16:1 length:u32 unit:u16*
 *
 * A record's fields have no order, and one that is undefined is not there. The items of sets and maps
 * have the order they were put in. 0 and −0 are one number.
 */
const ASCII = 0;
const UTF16 = 1;
const RECORD_END = 255;

const BYTES_MIN = 4096;
/** How many lists of names are remembered with their order. */
const SHAPES_MAX = 16;

interface Shape {
  readonly names: readonly string[];
  readonly sorted: readonly string[];
}

/** Writes contents into one buffer that is used again and again. */
export class ContentBytes {
  bytes: Uint8Array = new Uint8Array(BYTES_MIN);
  /** How many of `bytes` the content takes. */
  length = 0;
  #view: DataView = new DataView(this.bytes.buffer);
  readonly #shapes: Shape[] = [];

  /** Throws UNSTORABLE_VALUE for what is no plain data. */
  set(value: unknown): void {
    this.length = 0;
    this.#write(value, 1);
  }

  #write(value: unknown, depth: number): void {
    if (depth > DEPTH_MAX) throw Kind.unstorable(`a circle, or nested more than ${DEPTH_MAX} deep`);
    const kind = Kind.kindOf(value);
    this.#u8(kind);
    if (kind === Kind.TEXT) this.#text(value as string);
    else if (kind === Kind.NUMBER) this.#f64(value as number);
    else if (kind === Kind.RECORD) this.#record(value as Readonly<Record<string, unknown>>, depth);
    else if (kind === Kind.BOOLEAN) this.#u8(value === true ? 1 : 0);
    else if (kind === Kind.BIGINT) this.#text(String(value));
    else if (kind === Kind.DATE) this.#f64((value as Date).getTime());
    else if (kind === Kind.BYTES) this.#raw(value as Uint8Array);
    else if (kind === Kind.LIST) this.#items(value as readonly unknown[], depth);
    else if (kind === Kind.SET) this.#items([...(value as ReadonlySet<unknown>)], depth);
    else if (kind === Kind.MAP) this.#items([...(value as ReadonlyMap<unknown, unknown>)].flat(1), depth);
  }

  #record(record: Readonly<Record<string, unknown>>, depth: number): void {
    for (const name of this.#sorted(Object.keys(record))) {
      const value = record[name];
      if (value === undefined) continue;
      this.#text(name);
      this.#write(value, depth + 1);
    }
    this.#u8(RECORD_END);
  }

  #items(items: readonly unknown[], depth: number): void {
    this.#u32(items.length);
    // By index: a hole in an array is undefined.
    for (let i = 0; i < items.length; i += 1) this.#write(items[i], depth + 1);
  }

  #text(text: string): void {
    const start = this.#reserve(5 + text.length * 2);
    const { bytes } = this;
    const first = start + 5;
    for (let i = 0; i < text.length; i += 1) {
      const unit = text.charCodeAt(i);
      if (unit > 127) return this.#utf16(text, start);
      bytes[first + i] = unit;
    }
    bytes[start] = ASCII;
    this.#view.setUint32(start + 1, text.length, true);
    this.length = first + text.length;
  }

  #utf16(text: string, start: number): void {
    this.bytes[start] = UTF16;
    this.#view.setUint32(start + 1, text.length, true);
    for (let i = 0; i < text.length; i += 1) this.#view.setUint16(start + 5 + 2 * i, text.charCodeAt(i), true);
  }

  #raw(bytes: Uint8Array): void {
    this.#u32(bytes.length);
    const at = this.#reserve(bytes.length);
    this.bytes.set(bytes, at);
  }

  #u8(value: number): void {
    const at = this.#reserve(1);
    this.bytes[at] = value;
  }

  #u32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
  }

  #f64(value: number): void {
    const at = this.#reserve(8);
    this.#view.setFloat64(at, value === 0 ? 0 : value, true);
  }

  #reserve(bytes: number): number {
    const start = this.length;
    this.length = start + bytes;
    if (this.length > this.bytes.length) this.#grow();
    return start;
  }

  #grow(): void {
    const larger = new Uint8Array(Math.max(this.length, this.bytes.length * 2));
    larger.set(this.bytes);
    this.bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  /** The names in order; events of one kind have the same names, so sorting is rare. */
  #sorted(names: readonly string[]): readonly string[] {
    const shapes = this.#shapes;
    for (let i = 0; i < shapes.length; i += 1) if (sameNames((shapes[i] as Shape).names, names)) return (shapes[i] as Shape).sorted;
    const sorted = [...names].sort();
    if (shapes.length === SHAPES_MAX) shapes.shift();
    shapes.push({ names, sorted });
    return sorted;
  }
}

function sameNames(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i += 1) if (one[i] !== other[i]) return false;
  return true;
}
