import { assert } from '../assert.ts';
import { ByteWriter } from './column/byte-writer.ts';
import { readColumn, writeColumn } from './column/column.ts';
import { decode } from './column/decode.ts';
import { plausible } from './column/limits.ts';

/*
 * Columns of equal length that describe themselves.
 *
 *   column-block := rows:u32 count:u32 column*        for column see column/column.ts
 *
 * Values come back exactly as they were: -0, NaN, undefined against null, lone surrogates, a field named
 * `__proto__`. What cannot come back (functions, symbols, objects of a class) is UNSTORABLE_VALUE.
 * Two references to one object come back as two objects.
 */
export function encodeColumns(columns: readonly (readonly unknown[])[], rows: number): Uint8Array {
  const out = new ByteWriter();
  out.u32(rows);
  out.u32(columns.length);
  for (const column of columns) {
    assert(column.length === rows, () => `a column has ${column.length} values in a block of ${rows} rows`);
    writeColumn(out, column);
  }
  return out.finish();
}

export function decodeColumns(bytes: Uint8Array): unknown[][] {
  return decode(bytes, (input) => {
    const rows = input.u32();
    const count = plausible(input.u32(), input.left); // each column takes a byte or more
    return Array.from({ length: count }, () => readColumn(input, rows));
  });
}
