import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { ReadColumn, WriteColumn } from './kind.ts';
import { readNumbers, writeNumbers } from './numbers.ts';

/*
 * Values made of other values: the items of all rows follow each other in one column.
 *
 *   lists := lengths:numbers items:column
 *   sets  := lists
 *   maps  := lengths:numbers keys:column values:column
 *
 * A hole in an array comes back as undefined.
 */

export function writeLists(out: ByteWriter, values: readonly (readonly unknown[])[], write: WriteColumn): void {
  writeNumbers(out, values.map((list) => list.length));
  const items: unknown[] = [];
  for (const list of values) for (const item of list) items.push(item);
  write(out, items);
}

export function readLists(input: ByteReader, rows: number, read: ReadColumn): unknown[][] {
  const lengths = readNumbers(input, rows);
  const items = read(input, total(lengths));
  let at = 0;
  return lengths.map((length) => items.slice(at, (at += length)));
}

export function writeSets(out: ByteWriter, values: readonly ReadonlySet<unknown>[], write: WriteColumn): void {
  writeLists(out, values.map((set) => [...set]), write);
}

export function readSets(input: ByteReader, rows: number, read: ReadColumn): Set<unknown>[] {
  return readLists(input, rows, read).map((items) => new Set(items));
}

export function writeMaps(out: ByteWriter, values: readonly ReadonlyMap<unknown, unknown>[], write: WriteColumn): void {
  writeNumbers(out, values.map((map) => map.size));
  write(out, values.flatMap((map) => [...map.keys()]));
  write(out, values.flatMap((map) => [...map.values()]));
}

export function readMaps(input: ByteReader, rows: number, read: ReadColumn): Map<unknown, unknown>[] {
  const sizes = readNumbers(input, rows);
  const keys = read(input, total(sizes));
  const values = read(input, total(sizes));
  let at = 0;
  return sizes.map((size) => {
    const map = new Map<unknown, unknown>();
    for (const end = at + size; at < end; at += 1) map.set(keys[at], values[at]);
    return map;
  });
}

function total(lengths: readonly number[]): number {
  let sum = 0;
  for (const length of lengths) sum += length;
  return sum;
}
