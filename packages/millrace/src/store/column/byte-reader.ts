/**
 * Bytes being read, from front to back. All numbers are little-endian.
 *
 * Reading past the end is a RangeError, which decoding turns into CORRUPT_BLOCK.
 */
export class ByteReader {
  readonly bytes: Buffer;
  readonly view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Passes over `length` bytes and gives the place where they begin. */
  skip(length: number): number {
    const start = this.#at;
    if (start + length > this.bytes.length) throw new RangeError(`${length} bytes at ${start} of ${this.bytes.length}`);
    this.#at += length;
    return start;
  }

  u8(): number {
    return this.view.getUint8(this.skip(1));
  }

  u32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  f64(): number {
    return this.view.getFloat64(this.skip(8), true);
  }

  /** How many bytes are left. */
  get left(): number {
    return this.bytes.length - this.#at;
  }
}
