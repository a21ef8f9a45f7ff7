import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { readNumbers, writeNumbers } from './numbers.ts';
import { readTexts, writeTexts } from './texts.ts';

/*
 * The kinds that need little.
 *
 *   booleans := bit*                    eight to a byte, the lowest first
 *   bigints  := width:u8 ( i64* | texts )         i64 when the width is 8; else 0 and decimal digits
 *   dates    := numbers                 milliseconds of the epoch, NaN for an invalid date
 *   bytes    := lengths:numbers u8*
 */
const SIGNED_64 = 8;
const DIGITS = 0;

export function writeBooleans(out: ByteWriter, values: readonly boolean[]): void {
  const length = Math.ceil(values.length / 8);
  const start = out.reserve(length);
  out.bytes.fill(0, start, start + length);
  values.forEach((value, i) => {
    const at = start + (i >> 3);
    if (value) out.bytes[at] = (out.bytes[at] as number) | (1 << (i & 7));
  });
}

export function readBooleans(input: ByteReader, rows: number): boolean[] {
  const start = input.skip(Math.ceil(rows / 8));
  return Array.from({ length: rows }, (_, i) => (((input.bytes[start + (i >> 3)] as number) >> (i & 7)) & 1) === 1);
}

export function writeBigints(out: ByteWriter, values: readonly bigint[]): void {
  if (!values.every((value) => BigInt.asIntN(64, value) === value)) {
    out.u8(DIGITS);
    return writeTexts(out, values.map(String));
  }
  out.u8(SIGNED_64);
  const start = out.reserve(values.length * SIGNED_64);
  values.forEach((value, i) => out.view.setBigInt64(start + i * SIGNED_64, value, true));
}

export function readBigints(input: ByteReader, rows: number): bigint[] {
  if (input.u8() === DIGITS) return readTexts(input, rows).map(BigInt);
  const start = input.skip(rows * SIGNED_64);
  return Array.from({ length: rows }, (_, i) => input.view.getBigInt64(start + i * SIGNED_64, true));
}

export function writeDates(out: ByteWriter, values: readonly Date[]): void {
  writeNumbers(out, values.map((value) => value.getTime()));
}

export function readDates(input: ByteReader, rows: number): Date[] {
  return readNumbers(input, rows).map((time) => new Date(time));
}

export function writeBytes(out: ByteWriter, values: readonly Uint8Array[]): void {
  writeNumbers(out, values.map((value) => value.length));
  for (const value of values) {
    const start = out.reserve(value.length);
    out.bytes.set(value, start);
  }
}

export function readBytes(input: ByteReader, rows: number): Uint8Array[] {
  return readNumbers(input, rows).map((length) => {
    const start = input.skip(length);
    return Uint8Array.from(input.bytes.subarray(start, start + length));
  });
}
