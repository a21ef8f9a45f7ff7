import { MillraceError } from '../../error.ts';
import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { unstorable, type ReadColumn, type WriteColumn } from './kind.ts';
import { plausible } from './limits.ts';
import { readNumbers, writeNumbers } from './numbers.ts';
import { type Fields, hasShape, sameNames, setField, shapeOf } from './shape.ts';
import { readTexts, writeTexts } from './texts.ts';

/*
 * Plain objects, field by field.
 *
 *   records := shapes:u8 ( order shape* | entries )         entries when there are 0 shapes
 *   order   := numbers                                       the shape of each record, if there are several
 *   shape   := count:u32 names:texts field:column*           the records of one shape
 *   entries := counts:numbers names:texts values:column      objects used as maps: too many shapes to list
 *
 * A record's shape is the list of its names: a field that is undefined and one that is missing differ.
 * A record without a prototype comes back as an ordinary one.
 */
/** With more shapes than this, the names are data and no schema. */
const SHAPES_MAX = 16;

export function writeRecords(out: ByteWriter, records: readonly Fields[], write: WriteColumn): void {
  const { shapes, order } = shapesOf(records);
  if (shapes.length > SHAPES_MAX) return writeEntries(out, records, write);
  out.u8(shapes.length);
  if (shapes.length > 1) writeNumbers(out, order);
  shapes.forEach((names, shape) => {
    const own = shapes.length === 1 ? records : records.filter((_, i) => order[i] === shape);
    out.u32(names.length);
    writeTexts(out, names);
    const columns = shapeOf(names).split(own);
    names.forEach((name, field) => writeField(out, columns[field] as unknown[], name, write));
  });
}

export function readRecords(input: ByteReader, rows: number, read: ReadColumn): object[] {
  const count = input.u8();
  if (count === 0) return readEntries(input, rows, read);
  if (count === 1) return readShape(input, rows, read);
  const order = readNumbers(input, rows);
  const rowsOf = new Array<number>(count).fill(0);
  for (const shape of order) rowsOf[shape] = (rowsOf[shape] as number) + 1;
  const members = rowsOf.map((own) => readShape(input, own, read).values());
  return order.map((shape) => members[shape]?.next().value as object);
}

function readShape(input: ByteReader, rows: number, read: ReadColumn): object[] {
  const names = readTexts(input, plausible(input.u32(), input.left)); // each field takes a byte or more
  const columns = names.map(() => read(input, rows));
  return shapeOf(names).build(columns, rows);
}

/** The different lists of names, and which of them each record has, if there are several. Stops once there are too many. */
function shapesOf(records: readonly Fields[]): { shapes: string[][]; order: number[] } {
  let names = Object.keys(records[0] as Fields);
  const shapes = [names];
  const order: number[] = [];
  let i = 1;
  while (i < records.length && hasShape(records[i] as Fields, names)) i += 1;
  if (i === records.length) return { shapes, order };
  for (let first = 0; first < i; first += 1) order.push(0);
  for (let shape = 0; i < records.length; i += 1) {
    const record = records[i] as Fields;
    if (!hasShape(record, names)) {
      const others = Object.keys(record);
      shape = shapes.findIndex((other) => sameNames(other, others));
      if (shape === -1) shape = shapes.push(others) - 1;
      if (shapes.length > SHAPES_MAX) break;
      names = shapes[shape] as string[];
    }
    order.push(shape);
  }
  return { shapes, order };
}

function writeField(out: ByteWriter, values: readonly unknown[], name: string, write: WriteColumn): void {
  try {
    write(out, values);
  } catch (error) {
    if (error instanceof MillraceError && error.code === 'UNSTORABLE_VALUE') {
      const { what, path } = error.data as { what: string; path: string };
      throw unstorable(what, path === '' ? name : `${name}.${path}`);
    }
    throw error;
  }
}

function writeEntries(out: ByteWriter, records: readonly Fields[], write: WriteColumn): void {
  out.u8(0);
  writeNumbers(out, records.map((record) => Object.keys(record).length));
  writeTexts(out, records.flatMap(Object.keys));
  write(out, records.flatMap(Object.values));
}

function readEntries(input: ByteReader, rows: number, read: ReadColumn): object[] {
  const counts = readNumbers(input, rows);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const names = readTexts(input, total);
  const values = read(input, total);
  let at = 0;
  return counts.map((count) => {
    const record = {};
    for (const end = at + count; at < end; at += 1) setField(record, names[at] as string, values[at]);
    return record;
  });
}
