import { errors } from '../../error.ts';
import { PAYLOAD_BYTES_MAX } from '../block.ts';

/** Where a writer begins; most blocks need no more. */
const SCRATCH_BYTES = 65_536;
/** The largest scratch memory that is kept for the next writer. */
const KEPT_BYTES_MAX = 4_194_304;

/** Memory that the last writer is done with: a small block should not pay for a large allocation. */
let spare: Buffer | undefined;

/**
 * Bytes in the making. All numbers are little-endian.
 *
 * Columns reserve room once and then fill `bytes` or `view` by themselves; both change when room is
 * reserved, so they are taken afterwards.
 */
export class ByteWriter {
  bytes: Buffer;
  view: DataView;
  #length = 0;

  constructor() {
    this.bytes = spare ?? Buffer.allocUnsafeSlow(SCRATCH_BYTES);
    this.view = viewOf(this.bytes);
    spare = undefined;
  }

  /** Makes room for `length` bytes and gives the place where they begin. */
  reserve(length: number): number {
    const start = this.#length;
    this.#length += length;
    if (this.#length > this.bytes.length) this.#grow();
    return start;
  }

  u8(value: number): void {
    const at = this.reserve(1);
    this.bytes[at] = value;
  }

  u32(value: number): void {
    const at = this.reserve(4);
    this.view.setUint32(at, value, true);
  }

  f64(value: number): void {
    const at = this.reserve(8);
    this.view.setFloat64(at, value, true);
  }

  /** A copy of what was written; the writer is not used again. */
  finish(): Uint8Array {
    const written = new Uint8Array(Buffer.allocUnsafeSlow(this.#length).buffer);
    written.set(this.bytes.subarray(0, this.#length));
    if (this.bytes.length <= KEPT_BYTES_MAX) spare = this.bytes;
    return written;
  }

  #grow(): void {
    if (this.#length > PAYLOAD_BYTES_MAX) {
      throw errors.BLOCK_TOO_LARGE({ where: 'a block', what: 'bytes', actual: this.#length, max: PAYLOAD_BYTES_MAX });
    }
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#length, this.bytes.length * 2));
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
