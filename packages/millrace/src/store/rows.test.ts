import { execFileSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeRows, encodeRows } from './rows.ts';

function stored(rows: readonly unknown[]): unknown[] {
  return decodeRows(encodeRows(rows));
}

test('flat events of one shape come back, with their fields in order', () => {
  const rows = Array.from({ length: 1_000 }, (_, i) => ({ id: `event ${i}`, time: 1_700_000_000_000 + i, model: `m${i % 3}`, count: i }));
  expect(stored(rows)).toEqual(rows);
  expect(Object.keys(stored(rows)[999] as object)).toEqual(['id', 'time', 'model', 'count']);
});

test('usage events take less than a third of their JSON', () => {
  const rows = Array.from({ length: 1_000 }, (_, i) => ({
    id: `request-${i * 7_919}`, time: 1_700_000_000_000 + i * 37, tenant: i % 50, model: ['small', 'large'][i % 2], input: (i * 997) % 4_000, output: (i * 7) % 900,
  }));
  expect(encodeRows(rows).length * 3).toBeLessThan(JSON.stringify(rows).length);
});

test('events of several shapes come back in the order they had', () => {
  const rows = Array.from({ length: 1_000 }, (_, i) =>
    i % 3 === 0 ? { kind: 'finished', id: i, tokens: i * 2 } : { kind: 'admitted', id: i, model: 'large', user: `u${i % 5}` },
  );
  expect(stored(rows)).toEqual(rows);
});

test.each([16, 17])('records of %d shapes come back', (count) => {
  const rows = Array.from({ length: 100 }, (_, i) => ({ [`name ${i % count}`]: i, rest: i }));
  expect(stored(rows)).toEqual(rows);
});

test('records used as maps, each with its own names, come back', () => {
  const rows = Array.from({ length: 300 }, (_, i) => ({ [`tenant ${i}`]: i, ['__proto__']: i }));
  expect(isDeepStrictEqual(stored(rows), rows)).toBe(true);
});

test('a field that is undefined, one that is null and one that is missing stay apart', () => {
  const rows = [{ a: undefined }, { a: null }, {}];
  expect(stored(rows)).toStrictEqual(rows);
});

test('events need not be records', () => {
  for (const rows of [[], [1, 2, 3], ['a', 'b'], [[1], []], [{ a: 1 }, 'two', 3, null, undefined]]) {
    expect(stored(rows)).toStrictEqual(rows);
  }
});

test('a field named __proto__ is a field, and changes no prototype', () => {
  const rows = Array.from({ length: 600 }, () => JSON.parse('{"a":1,"__proto__":{"admin":true}}') as object);
  // few rows are assigned, many are built by generated code: neither may take the name for the prototype
  for (const back of [...stored(rows.slice(0, 3)), ...stored(rows), ...stored(rows)] as { a: number; admin?: boolean }[]) {
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    expect(back.admin).toBeUndefined();
    expect(Object.entries(back)).toEqual([['a', 1], ['__proto__', { admin: true }]]);
  }
  expect(({} as { admin?: boolean }).admin).toBeUndefined();
});

test('names are never taken for code', () => {
  const names = ['"', "'", '`', '\\', ']', '${x}', '\n', '\u2028', '\ud800', '', 'constructor', '0', 'a.b', '*/'];
  const rows = Array.from({ length: 600 }, (_, i) => Object.fromEntries(names.map((name) => [name, i])));
  expect(stored(rows)).toEqual(rows);
});

test('two lists of names that look alike when joined are told apart', () => {
  const one = Array.from({ length: 300 }, (_, i) => ({ 'a\0b': i }));
  const two = Array.from({ length: 300 }, (_, i) => ({ a: i, b: i }));
  for (const rows of [one, two, one, two]) expect(stored(rows)).toEqual(rows);
});

test('a record without a prototype comes back as an ordinary one', () => {
  const row = Object.assign(Object.create(null) as object, { a: 1 });
  expect(stored([row])).toStrictEqual([{ a: 1 }]);
});

test('a field that is computed by encoding other rows disturbs nothing', () => {
  const row = { before: 'before', get inner() { return encodeRows(['inside']); }, after: 'after' };
  expect(stored([row])).toEqual([{ before: 'before', inner: encodeRows(['inside']), after: 'after' }]);
});

test('more shapes than are remembered still come back', () => {
  for (let round = 0; round < 600; round += 1) {
    const rows = [{ [`only in round ${round % 300}`]: round }];
    expect(stored(rows)).toEqual(rows);
  }
});

test('records of any few shapes come back exactly, with their fields in order', () => {
  const shapes = fc.array(fc.uniqueArray(fc.string({ maxLength: 4 }), { maxLength: 6 }), { minLength: 1, maxLength: 4 });
  const scalar = fc.oneof(fc.integer(), fc.double(), fc.string(), fc.constantFrom(null, undefined, -0, 'same'));
  const rows = shapes.chain((known) =>
    fc.array(
      fc.constantFrom(...known).chain((names) => fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), scalar))).map(Object.fromEntries)),
      { maxLength: 40 },
    ),
  );
  fc.assert(
    fc.property(rows, (values: object[]) => {
      const back = stored(values) as object[];
      expect(isDeepStrictEqual(back, values) || back).toBe(true);
      expect(back.map(Object.keys)).toEqual(values.map(Object.keys));
    }),
    { numRuns: 500 },
  );
});

test('where generating code is forbidden, rows are the same', () => {
  const program = `
    import { decodeRows, encodeRows } from ${JSON.stringify(new URL('rows.ts', import.meta.url).href)};
    const rows = Array.from({ length: 600 }, (_, i) => ({ a: i, b: 'text' }));
    for (let i = 0; i < 2; i += 1) process.stdout.write(String(JSON.stringify(decodeRows(encodeRows(rows))) === JSON.stringify(rows)) + ' ');
    try { new Function('return 1'); } catch (error) { process.stdout.write(error.name); }
  `;
  const flags = ['--disallow-code-generation-from-strings', '--disable-warning=ExperimentalWarning', '--input-type=module'];
  expect(execFileSync(process.execPath, [...flags, '--eval', program], { encoding: 'utf8' })).toBe('true true EvalError');
});

test('the bytes of rows are pinned: this is the format on disk', () => {
  const rows = [
    { id: 'a', model: 'x', count: 1, cost: 0.5, ok: true, note: null },
    { id: 'b', model: 'x', count: 3, cost: 1, ok: false, note: '€' },
  ];
  const bytes = [
    '020000000b0106000000', // two rows; records of one shape with six fields
    '0101000000000000004000030302000269646d6f64656c636f756e74636f73746f6b6e6f7465', // their names
    '050100000000000000f03f6162', // id: texts of one byte each
    '0503010000000100000000000000f03f78000000000000000000', // model: a dictionary of one
    '0301000000000000f03f0002', // count: bytes over a base of 1
    '0308000000000000e03f000000000000f03f', // cost: floats
    '0201', // ok: bits
    '0c02010000000000000000000101050200000000000000f03fac20', // note: a union of null and texts of two bytes
  ];
  expect(Buffer.from(encodeRows(rows)).toString('hex')).toBe(bytes.join(''));
});
