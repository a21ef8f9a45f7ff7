import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AssertionError } from '../assert.ts';
import { decodeColumns, encodeColumns } from './column-block.ts';
import { DEPTH_MAX, VALUES_MAX } from './column/limits.ts';

class Point {
  readonly x = 1;
}

/** What a column of these values is after it was stored. */
function stored(values: readonly unknown[]): unknown {
  return decodeColumns(encodeColumns([values], values.length))[0];
}

/** Strings of any UTF-16 units, lone surrogates included. */
const anyText = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units));
const anyScalar = fc.oneof(
  fc.double(),
  fc.maxSafeInteger(),
  fc.integer({ min: -300, max: 300 }),
  fc.constantFrom(undefined, null, true, false, -0, NaN, Infinity, -Infinity),
  fc.bigInt(),
  anyText,
  fc.date({ noInvalidDate: false }),
  fc.uint8Array({ maxLength: 6 }),
);
const fieldName = fc.oneof(anyText, fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', 'toString', '1', '0', '\0'));
const anyValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    anyScalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(fieldName, tie('value')), { maxLength: 4 }).map((fields) => Object.fromEntries(fields)),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map((pairs) => new Map(pairs)),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => new Set(items)),
  ),
})).value;

const anyColumn = fc.oneof(
  fc.array(anyValue, { maxLength: 30 }),
  // columns of one kind, which are the ones that occur
  fc.array(fc.integer(), { maxLength: 30 }),
  fc.array(fc.maxSafeInteger(), { maxLength: 30 }),
  fc.array(fc.double(), { maxLength: 30 }),
  fc.array(anyText, { maxLength: 30 }),
  fc.array(fc.constantFrom('one', 'two', 'drei', '四'), { maxLength: 30 }),
  fc.array(fc.boolean(), { maxLength: 30 }),
  fc.array(fc.option(fc.integer()), { maxLength: 30 }),
  fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { maxLength: 30 }),
);

test('any column comes back exactly: -0, NaN, undefined, lone surrogates and all', () => {
  fc.assert(
    fc.property(anyColumn, (values) => {
      const back = stored(values);
      expect(isDeepStrictEqual(back, values) || back).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('columns beside each other keep their order, wherever their bytes lie in memory', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyScalar, anyScalar, anyScalar), { maxLength: 20 }), fc.nat({ max: 9 }), (rows, offset) => {
      const columns = [0, 1, 2].map((column) => rows.map((row) => row[column]));
      const bytes = encodeColumns(columns, rows.length);
      const memory = new Uint8Array(offset + bytes.length + 3);
      memory.set(bytes, offset);
      const back = decodeColumns(memory.subarray(offset, offset + bytes.length));
      expect(isDeepStrictEqual(back, columns) || back).toBe(true);
    }),
  );
});

test.each<[string, unknown[], number]>([
  ['equal numbers', [7, 7, 7, 7], 0],
  ['numbers within 255', [2 ** 40, 2 ** 40 + 255, 2 ** 40, 2 ** 40], 4],
  ['numbers within 256', [0, 256, 0, 0], 8],
  ['numbers within 65,535', [-1, 65_534, 0, 0], 8],
  ['numbers within 65,536', [0, 65_536, 0, 0], 16],
  ['numbers within 4,294,967,295', [0, 2 ** 32 - 1, 0, 0], 16],
])('%s take what their span needs', (_name, values, bytes) => {
  const fixed = encodeColumns([[1]], 1).length;
  expect(encodeColumns([values], values.length).length - fixed).toBe(bytes);
  expect(stored(values)).toEqual(values);
});

test.each<[string, number[]]>([
  ['a span of one more than 32 bits', [0, 2 ** 32]],
  ['all safe integers', [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]],
  ['beyond the safe integers', [2 ** 53, -(2 ** 60)]],
  ['a negative zero among integers', [0, -0, 1]],
  ['nothing but negative zeros', [-0, -0]],
  ['fractions, NaN and infinities', [0.1, NaN, Infinity, -Infinity, Number.MIN_VALUE]],
])('%s: still exact', (_name, values) => {
  expect(stored(values)).toEqual(values);
});

test('few different strings are stored once each, and read as one string each', () => {
  const models = Array.from({ length: 1_000 }, (_, i) => `a-model-with-a-long-name-${i % 7}`);
  expect(encodeColumns([models], 1_000).length).toBeLessThan(1_250);
  expect(stored(models)).toEqual(models);
});

test.each([63, 64, 65, 128])('a dictionary that begins with %d different strings is still right', (different) => {
  const values = Array.from({ length: 400 }, (_, i) => `value ${i % different}`);
  expect(stored(values)).toEqual(values);
});

test('a string that is new where the sample ends does not put an end to the dictionary', () => {
  const values = Array.from({ length: 400 }, (_, i) => (i === 64 ? 'new at last' : 'one of these'));
  expect(encodeColumns([values], 400).length).toBeLessThan(500);
  expect(stored(values)).toEqual(values);
});

test('one wide character makes its column wide, and no other', () => {
  const plain = ['naïve', 'café'];
  const wide = ['naïve', 'caf€'];
  expect(encodeColumns([wide], 2).length - encodeColumns([plain], 2).length).toBe(9);
  expect(stored(plain)).toEqual(plain);
  expect(stored(wide)).toEqual(wide);
});

test('an optional value costs little more than the values that are there', () => {
  const values = Array.from({ length: 1_000 }, (_, i) => (i % 100 === 0 ? null : i));
  expect(encodeColumns([values], 1_000).length).toBeLessThan(3_100);
  expect(stored(values)).toEqual(values);
});

test('the bigints of 64 bits and those beyond are exact', () => {
  for (const values of [[2n ** 63n - 1n, -(2n ** 63n)], [2n ** 63n, 1n], [-(10n ** 40n), 0n]]) {
    expect(stored(values)).toEqual(values);
  }
});

test('a hole in an array comes back as undefined', () => {
  const holey = [1, 2, 3];
  delete holey[1];
  expect(stored([holey])).toEqual([[1, undefined, 3]]);
});

test('bytes come back as copies of their own', () => {
  const encoded = encodeColumns([[Buffer.from('abc')]], 1);
  const [[bytes] = []] = decodeColumns(encoded) as Uint8Array[][];
  encoded.fill(0);
  expect(bytes).toEqual(new Uint8Array([97, 98, 99]));
  expect(bytes?.constructor).toBe(Uint8Array);
});

test('no columns, and columns without rows, are columns too', () => {
  expect(decodeColumns(encodeColumns([], 0))).toEqual([]);
  expect(decodeColumns(encodeColumns([], 3))).toEqual([]);
  expect(decodeColumns(encodeColumns([[], []], 0))).toEqual([[], []]);
});

test('a column of another length than its block is an assertion', () => {
  expect(() => encodeColumns([[1, 2], [1]], 2)).toThrow(AssertionError);
});

test.each<[string, unknown, string]>([
  ['a function', () => 1, 'a value is a function, which cannot be stored'],
  ['a symbol', Symbol('s'), 'a value is a symbol, which cannot be stored'],
  ['an object of a class', new Point(), 'a value is an object of class Point, which cannot be stored'],
  ['a promise', Promise.resolve(), 'a value is an object of class Promise, which cannot be stored'],
  ['one deep in a record', { usage: { model: new Point() } }, 'the field usage.model is an object of class Point, which cannot be stored'],
])('%s is UNSTORABLE_VALUE, and the error says where it is', (_name, value, message) => {
  expect(() => stored([1, value])).toThrow(expect.objectContaining({ code: 'UNSTORABLE_VALUE', message }));
});

test('after a value that could not be stored, others can', () => {
  expect(() => stored([1, () => 1])).toThrow('a function');
  expect(stored(['still', 'fine'])).toEqual(['still', 'fine']);
});

test('values nest as deep as the limit, and no deeper; a circle is deeper', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 'core' : [nested(depth - 1)]);
  const tooDeep = expect.objectContaining({ code: 'UNSTORABLE_VALUE' });
  expect(stored([nested(DEPTH_MAX - 1)])).toEqual([nested(DEPTH_MAX - 1)]);
  expect(() => stored([nested(DEPTH_MAX)])).toThrow(tooDeep);
  const circle: { self?: unknown } = {};
  circle.self = circle;
  expect(() => stored([circle])).toThrow(tooDeep);
});

test('a column holds as many values as the limit, and one more is BLOCK_TOO_LARGE', () => {
  const nulls = new Array<null>(VALUES_MAX).fill(null);
  expect((stored(nulls) as unknown[]).length).toBe(VALUES_MAX);
  expect(() => stored(new Array<null>(VALUES_MAX + 1))).toThrow(expect.objectContaining({ code: 'BLOCK_TOO_LARGE' }));
});

test('damaged bytes are CORRUPT_BLOCK or other values, never a crash or an unnamed error', () => {
  fc.assert(
    fc.property(fc.array(anyColumn, { maxLength: 3 }), fc.nat(), fc.nat({ max: 255 }), fc.boolean(), (columns, at, byte, cut) => {
      const rows = Math.min(...columns.map((column) => column.length), 30);
      const bytes = encodeColumns(columns.map((column) => column.slice(0, rows)), rows);
      const place = 4 + (at % (bytes.length - 4)); // the number of rows stays, or most time goes into making them
      bytes[place] = byte;
      try {
        decodeColumns(cut ? bytes.subarray(0, place) : bytes);
      } catch (error) {
        expect(error).toMatchObject({ code: 'CORRUPT_BLOCK' });
      }
    }),
    { numRuns: 2_000 },
  );
});

test('more rows than a column can have are CORRUPT_BLOCK, before memory is taken for them', () => {
  const bytes = encodeColumns([[null]], 1);
  new DataView(bytes.buffer).setUint32(0, VALUES_MAX + 1, true);
  expect(() => decodeColumns(bytes)).toThrow(expect.objectContaining({ code: 'CORRUPT_BLOCK' }));
});

test('bytes behind the last column are CORRUPT_BLOCK', () => {
  const bytes = encodeColumns([[1, 2]], 2);
  expect(() => decodeColumns(Uint8Array.of(...bytes, 0))).toThrow(
    expect.objectContaining({ code: 'CORRUPT_BLOCK', message: expect.stringContaining('1 bytes left over') }),
  );
});
