import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { ReadColumn, WriteColumn } from './kind.ts';
import { checkTotal, plausible } from './limits.ts';
import { readNumbers, writeNumbers } from './numbers.ts';

/*
 * One object standing in many rows, one after the other, such as the window of a result: written once.
 *
 *   runs := count:u32 lengths:numbers column      of as many values as there are runs
 *
 * Rows of one run come back as one object.
 */

/** Fewer rows per run than this are not worth it. */
const ROWS_PER_RUN_MIN = 4;

/** Whether the values are objects, each in many rows one after the other. */
export function areRuns(values: readonly unknown[]): boolean {
  if (values.length < ROWS_PER_RUN_MIN || typeof values[0] !== 'object' || values[0] === null) return false;
  let runs = 1;
  for (let i = 1; i < values.length; i += 1) {
    if (values[i] === values[i - 1]) continue;
    runs += 1;
    if (runs * ROWS_PER_RUN_MIN > values.length) return false;
  }
  return true;
}

export function writeRuns(out: ByteWriter, values: readonly unknown[], write: WriteColumn): void {
  const starts: number[] = [];
  for (let i = 0; i < values.length; i += 1) if (i === 0 || values[i] !== values[i - 1]) starts.push(i);
  out.u32(starts.length);
  writeNumbers(out, starts.map((start, run) => (starts[run + 1] ?? values.length) - start));
  write(out, starts.map((start) => values[start]));
}

export function readRuns(input: ByteReader, rows: number, read: ReadColumn): unknown[] {
  const count = plausible(input.u32(), rows);
  const lengths = readNumbers(input, count);
  checkTotal(lengths, rows);
  const all = new Array<unknown>(rows);
  let end = 0;
  read(input, count).forEach((value, run) => {
    const start = end;
    end += lengths[run] as number;
    all.fill(value, start, end);
  });
  return all;
}
