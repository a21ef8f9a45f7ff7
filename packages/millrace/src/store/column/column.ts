import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { readLists, readMaps, readSets, writeLists, writeMaps, writeSets } from './collections.ts';
import * as Kind from './kind.ts';
import { checkCount, DEPTH_MAX, plausible } from './limits.ts';
import { readNumbers, spanOf, writeNumbers, writeSpan } from './numbers.ts';
import { readRecords, writeRecords } from './records.ts';
import { areRuns, readRuns, writeRuns } from './runs.ts';
import * as Scalars from './scalars.ts';
import { readTexts, writeTexts } from './texts.ts';
import { readUnion, writeUnion } from './union.ts';

/*
 * Values of any storable kind, one per row.
 *
 *   column := kind:u8 body
 *   body   :=                                               undefined, null
 *           | booleans | numbers | bigints | texts | dates | bytes
 *           | lists | sets | maps | records | union | runs  these hold columns again
 *
 * The grammar of each body stands above its codec. How many rows there are is known from outside.
 * A column without rows is one of undefined.
 */
interface Codec {
  readonly write: (out: ByteWriter, values: readonly never[], write: Kind.WriteColumn) => void;
  readonly read: (input: ByteReader, rows: number, read: Kind.ReadColumn) => unknown[];
}

const CODECS: Readonly<Record<number, Codec>> = {
  [Kind.UNDEFINED]: { write: () => undefined, read: (_, rows) => new Array<unknown>(rows).fill(undefined) },
  [Kind.NULL]: { write: () => undefined, read: (_, rows) => new Array<unknown>(rows).fill(null) },
  [Kind.BOOLEAN]: { write: Scalars.writeBooleans, read: Scalars.readBooleans },
  [Kind.NUMBER]: { write: writeNumbers, read: readNumbers },
  [Kind.BIGINT]: { write: Scalars.writeBigints, read: Scalars.readBigints },
  [Kind.TEXT]: { write: writeTexts, read: readTexts },
  [Kind.DATE]: { write: Scalars.writeDates, read: Scalars.readDates },
  [Kind.BYTES]: { write: Scalars.writeBytes, read: Scalars.readBytes },
  [Kind.LIST]: { write: writeLists, read: readLists },
  [Kind.SET]: { write: writeSets, read: readSets },
  [Kind.MAP]: { write: writeMaps, read: readMaps },
  [Kind.RECORD]: { write: writeRecords, read: readRecords },
  [Kind.UNION]: { write: writeUnion, read: readUnion },
  [Kind.RUNS]: { write: writeRuns, read: readRuns },
};

export function writeColumn(out: ByteWriter, values: readonly unknown[], depth = 1): void {
  checkCount(values.length);
  if (depth > DEPTH_MAX) throw Kind.unstorable(`a circle, or nested more than ${DEPTH_MAX} deep`);
  // Numbers are looked through once, for all that has to be known of them.
  const span = typeof values[0] === 'number' ? spanOf(values) : undefined;
  if (span !== undefined) {
    out.u8(Kind.NUMBER);
    return writeSpan(out, values as readonly number[], span);
  }
  const kind = commonKind(values);
  out.u8(kind);
  codecOf(kind).write(out, values as readonly never[], (inner, items) => writeColumn(inner, items, depth + levels(kind)));
}

export function readColumn(input: ByteReader, rows: number, depth = 1): unknown[] {
  plausible(rows);
  plausible(depth, DEPTH_MAX);
  const kind = input.u8();
  return codecOf(kind).read(input, rows, (inner, items) => readColumn(inner, items, depth + levels(kind)));
}

/** How much deeper the values of inner columns nest: those of unions and runs are the values themselves. */
function levels(kind: number): 0 | 1 {
  return kind === Kind.UNION || kind === Kind.RUNS ? 0 : 1;
}

function codecOf(kind: number): Codec {
  const codec = CODECS[kind];
  if (codec === undefined) throw new RangeError(`a column of kind ${kind}`);
  return codec;
}

/** Of values that are not all numbers. */
function commonKind(values: readonly unknown[]): number {
  if (values.length === 0) return Kind.UNDEFINED;
  if (areRuns(values)) return Kind.RUNS;
  const kind = Kind.kindOf(values[0]);
  if (kind === Kind.NUMBER) return Kind.UNION;
  return areOf(kind, values) ? kind : Kind.UNION;
}

/** The commonest kinds are asked for in words of their own: that takes a third of the time. */
function areOf(kind: number, values: readonly unknown[]): boolean {
  let i = 1;
  if (kind === Kind.TEXT) while (i < values.length && typeof values[i] === 'string') i += 1;
  else if (kind === Kind.RECORD) while (i < values.length && Kind.isRecord(values[i])) i += 1;
  else while (i < values.length && Kind.kindOf(values[i]) === kind) i += 1;
  return i === values.length;
}
