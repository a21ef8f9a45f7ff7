import { assert } from '../assert.ts';
import { decodeRows, encodeRows } from './rows.ts';

/*
 * The values of one row, short: most are numbers.
 *
 *   row   := count:u16 tag:u8* number* rows?      a tag for each of `count` values; for rows see store/rows.ts
 *   tag   := 1 | 2 | 0                           an i32, an f64, or one of `rows`, in their order
 *
 * All numbers are little-endian. −0 is an f64.
 */
const [OTHER, SMALL, FLOAT] = [0, 1, 2] as const;
const SMALL_BYTES = 4;
const FLOAT_BYTES = 8;
const COUNT_BYTES = 2;
const VALUES_MAX = 65_535;
const VALUES_USUAL = 32;

let scratch: DataView = scratchFor(VALUES_USUAL);

/** Good until the next call. */
export function encodeSpilledRow(values: readonly unknown[]): Uint8Array {
  const count = values.length;
  assert(count <= VALUES_MAX, () => `a row of ${count} values was to leave memory; the most is ${VALUES_MAX}`);
  if (count > VALUES_USUAL) scratch = scratchFor(count);
  scratch.setUint16(0, count, true);
  let at = COUNT_BYTES + count;
  let others: unknown[] | undefined;
  for (let i = 0; i < count; i += 1) {
    const value = values[i];
    if (typeof value !== 'number') {
      scratch.setUint8(COUNT_BYTES + i, OTHER);
      (others ??= []).push(value);
    } else if (Object.is(value | 0, value)) {
      scratch.setUint8(COUNT_BYTES + i, SMALL);
      scratch.setInt32(at, value, true);
      at += SMALL_BYTES;
    } else {
      scratch.setUint8(COUNT_BYTES + i, FLOAT);
      scratch.setFloat64(at, value, true);
      at += FLOAT_BYTES;
    }
  }
  const numbers = new Uint8Array(scratch.buffer, 0, at);
  return others === undefined ? numbers : Buffer.concat([numbers, encodeRows(others)]);
}

/** Throws a RangeError where it is none. */
export function decodeSpilledRow(bytes: Uint8Array): unknown[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint16(0, true);
  const values: unknown[] = [];
  let at = COUNT_BYTES + count;
  let others = 0;
  for (let i = 0; i < count; i += 1) {
    const tag = view.getUint8(COUNT_BYTES + i);
    if (tag === SMALL) {
      values.push(view.getInt32(at, true));
      at += SMALL_BYTES;
    } else if (tag === FLOAT) {
      values.push(view.getFloat64(at, true));
      at += FLOAT_BYTES;
    } else if (tag === OTHER) {
      values.push(undefined);
      others += 1;
    } else throw new RangeError(`a value of kind ${tag}`);
  }
  if (others > 0) return withOthers(values, view, decodeRows(bytes.subarray(at)));
  if (at !== bytes.length) throw new RangeError(`${count} values of ${at} bytes in ${bytes.length}`);
  return values;
}

function withOthers(values: unknown[], tags: DataView, others: readonly unknown[]): unknown[] {
  let next = 0;
  for (let i = 0; i < values.length; i += 1) {
    if (tags.getUint8(COUNT_BYTES + i) !== OTHER) continue;
    values[i] = others[next];
    next += 1;
  }
  if (next !== others.length) throw new RangeError(`${others.length} values, where ${next} are named`);
  return values;
}

function scratchFor(values: number): DataView {
  return new DataView(new ArrayBuffer(COUNT_BYTES + values * (FLOAT_BYTES + 1)));
}
