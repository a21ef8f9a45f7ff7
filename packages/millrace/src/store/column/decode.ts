import { errors } from '../../error.ts';
import { ByteReader } from './byte-reader.ts';

/**
 * Reads all of `bytes` with `read`. Whatever does not fit the grammar, or is left over, is CORRUPT_BLOCK:
 * bytes that passed a block's checksum and still do not fit were written by a Millrace that was wrong.
 */
export function decode<T>(bytes: Uint8Array, read: (input: ByteReader) => T): T {
  const input = new ByteReader(bytes);
  try {
    const value = read(input);
    if (input.left > 0) throw new RangeError(`${input.left} bytes left over`);
    return value;
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError || error instanceof SyntaxError)) throw error;
    const facts = { where: 'a column block', what: 'content', expected: 'columns', actual: error.message };
    throw errors.CORRUPT_BLOCK(facts, error);
  }
}
