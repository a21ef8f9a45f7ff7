import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CHANGELOG, key, keyRange, LOG, parseKey } from './key.ts';

const kinds = fc.integer({ min: 1, max: 254 });
const ids = fc.integer({ min: 0, max: 0xffff });
const numbers = fc.oneof(fc.integer({ min: 0, max: 2 ** 48 - 1 }), fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32, 2 ** 48 - 1));
const parts = fc.record({ kind: kinds, id: ids, number: numbers });

test('a key gives its parts back', () => {
  fc.assert(
    fc.property(parts, (part) => {
      expect(parseKey(key(part.kind, part.id, part.number))).toEqual(part);
    }),
  );
});

test('the order of the bytes is the order of kind, id and number', () => {
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      const byBytes = Buffer.compare(key(a.kind, a.id, a.number), key(b.kind, b.id, b.number));
      expect(byBytes).toBe(Math.sign(a.kind - b.kind || a.id - b.id || a.number - b.number));
    }),
  );
});

test('the range of a kind and id holds its own keys and no others', () => {
  fc.assert(
    fc.property(kinds, ids, parts, fc.boolean(), (kind, id, other, related) => {
      const part = related ? { ...other, kind, id } : other;
      const [from, to] = keyRange(kind, id);
      const bytes = key(part.kind, part.id, part.number);
      const inside = Buffer.compare(from, bytes) <= 0 && Buffer.compare(bytes, to) < 0;
      expect(inside).toBe(part.kind === kind && part.id === id);
    }),
  );
});

test('the range of the last id ends where the next kind begins', () => {
  const [, to] = keyRange(LOG, 0xffff);
  expect(Buffer.compare(key(LOG, 0xffff, 2 ** 48 - 1), to)).toBe(-1);
  expect(Buffer.compare(to, key(CHANGELOG, 0, 0))).toBe(-1);
});

test.each([
  ['kind', 0, 0, 0],
  ['kind', 255, 0, 0],
  ['id', LOG, -1, 0],
  ['id', LOG, 0x10000, 0],
  ['number', LOG, 0, -1],
  ['number', LOG, 0, 2 ** 48],
  ['number', LOG, 0, 1.5],
  ['number', LOG, 0, NaN],
])('a %s outside its range is BAD_KEY: key(%d, %d, %d)', (part, kind, id, number) => {
  expect(() => key(kind, id, number)).toThrow(
    expect.objectContaining({ code: 'BAD_KEY', message: expect.stringContaining(`with ${part} `) }),
  );
});

test('bytes of another length are no key', () => {
  expect(() => parseKey(new Uint8Array(8))).toThrow(expect.objectContaining({ code: 'BAD_KEY' }));
});
