import { ByteWriter } from './column/byte-writer.ts';
import { readColumn, writeColumn } from './column/column.ts';
import { decode } from './column/decode.ts';

/*
 * Events as they travel and rest.
 *
 *   rows := count:u32 column        for column see column/column.ts
 *
 * Events that are records of one shape, or of a few, become a column per field. All others are still
 * columns of what they are: numbers, strings, lists, or several kinds at once.
 */
export function encodeRows(rows: readonly unknown[]): Uint8Array {
  const out = new ByteWriter();
  out.u32(rows.length);
  writeColumn(out, rows);
  return out.finish();
}

export function decodeRows(bytes: Uint8Array): unknown[] {
  return decode(bytes, (input) => readColumn(input, input.u32()));
}
