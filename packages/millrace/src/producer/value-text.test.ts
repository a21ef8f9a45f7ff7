import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EVENT_DEPTH_MAX, jsonFlaw } from '../json-flaw.ts';
import { valueText } from './value-text.ts';

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < depth; i += 1) value = [value];
  return value;
};

test('what is taken comes back as it was, and no receiver refuses it', () => {
  const values = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 5 }, fc.string({ unit: 'binary' }), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null), tie('list'), tie('record')),
    list: fc.array(tie('any'), { maxLength: 4 }),
    record: fc.dictionary(
      fc.string().filter((name) => name !== '__proto__' && name !== 'toJSON'),
      tie('any'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  })).any;
  fc.assert(
    fc.property(values, (value) => {
      const back = JSON.parse(valueText(value)) as unknown;
      // JSON has one zero.
      expect(back).toEqual(JSON.parse(JSON.stringify(value)));
      expect(valueText(back)).toBe(valueText(value));
      expect(jsonFlaw(back)).toBeUndefined();
    }),
  );
});

test('a field that is undefined is left out, an object without prototype is a record, and values nest as deep as events may', () => {
  expect(valueText({ a: undefined, b: 1 })).toBe('{"b":1}');
  expect(valueText(Object.assign(Object.create(null) as object, { a: 1 }))).toBe('{"a":1}');
  expect(valueText(nested(EVENT_DEPTH_MAX))).toContain('1');
});

class Point {
  readonly x: number = 1;
}

test.each<[unknown, string, string]>([
  [undefined, 'undefined', ''],
  [1n, 'a bigint', ''],
  [{ a: [1, Number.NaN] }, 'NaN', 'a[1]'],
  [{ a: { b: Number.POSITIVE_INFINITY } }, 'Infinity', 'a.b'],
  [{ at: new Date(0) }, 'an object of Date', 'at'],
  [new Map(), 'an object of Map', ''],
  [{ p: new Point() }, 'an object of Point', 'p'],
  [[() => 1], 'a function', '[0]'],
  [[undefined], 'undefined', '[0]'],
  [new Array(1), 'undefined', '[0]'],
  [{ toJSON: 1 }, 'named toJSON', 'toJSON'],
  [JSON.parse('{"a":{"__proto__":1}}'), 'named __proto__', 'a.__proto__'],
  [nested(EVENT_DEPTH_MAX + 1), 'nested deeper than 32', '[0]'.repeat(EVENT_DEPTH_MAX)],
])('%o cannot be sent', (value, what, path) => {
  expect(() => valueText(value)).toThrow(expect.objectContaining({ code: 'UNSENDABLE_VALUE', data: { what, path } }) as Error);
});
