import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { plausible } from './limits.ts';

/*
 * Numbers, as narrow as they allow.
 *
 *   numbers  := width:u8 ( integers | f64* )          f64* when the width is 8
 *   integers := base:f64 (u8* | u16* | u32* | )       each value less the base, the smallest of them;
 *                                                     nothing when the width is 0: all are the base
 */
const ALL_EQUAL = 0;
const FLOAT = 8;
const FLOATS: Span = { width: FLOAT, min: 0 };

/** What a column of numbers is written with; `width` is FLOAT where they are not all integers, or too far apart. */
export interface Span {
  readonly width: number;
  readonly min: number;
}

export function writeNumbers(out: ByteWriter, values: readonly number[]): void {
  writeSpan(out, values, spanOf(values) as Span);
}

/** Undefined where the values are not all numbers. */
export function spanOf(values: readonly unknown[]): Span | undefined {
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    // It is false of whatever is no number.
    if (!Number.isSafeInteger(value) || (value === 0 && Object.is(value, -0))) return areNumbers(values, i) ? FLOATS : undefined;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { width: widthOf(max - min), min };
}

function areNumbers(values: readonly unknown[], from: number): boolean {
  let i = from;
  while (i < values.length && typeof values[i] === 'number') i += 1;
  return i === values.length;
}

export function writeSpan(out: ByteWriter, values: readonly number[], { width, min }: Span): void {
  out.u8(width);
  const { length } = values;
  if (width === FLOAT) {
    const start = out.reserve(length * FLOAT);
    const { view } = out;
    for (let i = 0; i < length; i += 1) view.setFloat64(start + i * FLOAT, values[i] as number, true);
    return;
  }
  out.f64(min);
  const start = out.reserve(length * width);
  const { bytes, view } = out;
  if (width === 1) for (let i = 0; i < length; i += 1) bytes[start + i] = (values[i] as number) - min;
  if (width === 2) for (let i = 0; i < length; i += 1) view.setUint16(start + i * 2, (values[i] as number) - min, true);
  if (width === 4) for (let i = 0; i < length; i += 1) view.setUint32(start + i * 4, (values[i] as number) - min, true);
}

export function readNumbers(input: ByteReader, rows: number): number[] {
  const width = input.u8();
  const values = new Array<number>(plausible(rows));
  if (width === FLOAT) {
    const start = input.skip(rows * FLOAT);
    const { view } = input;
    for (let i = 0; i < rows; i += 1) values[i] = view.getFloat64(start + i * FLOAT, true);
    return values;
  }
  const base = input.f64();
  const start = input.skip(rows * width);
  const { bytes, view } = input;
  if (width === ALL_EQUAL) return values.fill(base);
  if (width === 1) for (let i = 0; i < rows; i += 1) values[i] = base + (bytes[start + i] as number);
  else if (width === 2) for (let i = 0; i < rows; i += 1) values[i] = base + view.getUint16(start + i * 2, true);
  else if (width === 4) for (let i = 0; i < rows; i += 1) values[i] = base + view.getUint32(start + i * 4, true);
  else throw new RangeError(`numbers ${width} bytes wide`);
  return values;
}

function widthOf(span: number): number {
  if (span === 0) return ALL_EQUAL;
  if (span <= 0xff) return 1;
  if (span <= 0xffff) return 2;
  return span <= 0xffff_ffff ? 4 : FLOAT;
}
