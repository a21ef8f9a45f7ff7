import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memberNamed, membersNamed, scanObject, valueText, withMember, withoutMember, withValue } from './json-members.ts';

const depthMax = 64;
const scan = (text: string) => scanObject(Buffer.from(text), depthMax);

/** Objects as JSON text, with white space in any place where it may stand. */
const objectText = fc
  .tuple(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 }), fc.constantFrom(0, 1, 2, '\t', '\r\n '))
  .map(([value, indent]) => ` ${JSON.stringify(value, null, indent)}\n`)
  .map((text) => ({ value: JSON.parse(text) as Record<string, unknown>, text }));

test('property: every member is found, and its text is its value', () => {
  fc.assert(
    fc.property(objectText, ({ value, text }) => {
      const object = scan(text);
      expect(object.members).toHaveLength(Object.keys(value).length);
      for (const [name, member] of Object.entries(value)) {
        expect(JSON.parse(valueText(object, memberNamed(object, name)!))).toEqual(member);
      }
    }),
  );
});

test('property: replacing, adding and cutting out one member leaves the others as they are', () => {
  fc.assert(
    fc.property(objectText, fc.nat(), ({ value, text }, pick) => {
      const object = scan(text);
      const names = Object.keys(value);
      const { usage: _, ...others } = value;
      if (!Object.hasOwn(value, 'usage')) {
        expect(JSON.parse(withMember(object, 'usage', '[1]').toString())).toEqual({ ...others, usage: [1] });
      }
      if (names.length === 0) return;
      const name = names[pick % names.length]!;
      const member = memberNamed(object, name)!;
      const { [name]: __, ...rest } = value;
      expect(JSON.parse(withValue(object, member, 'null').toString())).toEqual({ ...value, [name]: null });
      expect(JSON.parse(withoutMember(object, member).toString())).toEqual(rest);
    }),
  );
});

test('bytes outside the member stay as they came', () => {
  const object = scan('{ "a" : 1.0e0 , "usage" : {"n":[1, 2]} , "b":"\\u0041" }');
  expect(withoutMember(object, memberNamed(object, 'usage')!).toString()).toBe('{ "a" : 1.0e0 , "b":"\\u0041" }');
  expect(withValue(object, memberNamed(object, 'usage')!, 'null').toString()).toBe('{ "a" : 1.0e0 , "usage" : null , "b":"\\u0041" }');
});

test('a name is found however it is escaped, and only at the top', () => {
  const object = scan('{"x":{"usage":1},"us\\u0061ge":2,"content":"\\"usage\\":3"}');
  expect(membersNamed(object, 'usage').map((member) => valueText(object, member))).toEqual(['2']);
});

test('of two members of a name both are seen, and the last one counts', () => {
  const object = scan('{"model":"a","model":"b"}');
  expect(membersNamed(object, 'model')).toHaveLength(2);
  expect(valueText(object, memberNamed(object, 'model')!)).toBe('"b"');
});

const nested = (levels: number) => '['.repeat(levels - 1) + '{"a":"[[[\\"[["}' + ']'.repeat(levels - 1);

test('depth is counted through strings and escapes, and the scan stops beyond the limit', () => {
  expect(scan(nested(depthMax)).depth).toBe(depthMax);
  expect(scan(nested(depthMax + 1)).depth).toBe(depthMax + 1);
  expect(scan(nested(1_000_000)).depth).toBe(depthMax + 1);
});

test('property: any bytes at all are scanned to an end', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void scanObject(Buffer.from(bytes), depthMax)));
  const jsonish = fc.array(fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', 'a', ' '), { maxLength: 40 });
  fc.assert(fc.property(jsonish, (tokens) => void scan(tokens.join(''))));
});
