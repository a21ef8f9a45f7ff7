import { expect, test } from 'vitest';
import { jsonText } from './json-text.ts';

test('plain values are their JSON', () => {
  const value = { id: 'a', n: -1.5, list: [1, null, true], nested: { at: new Date(0) }, gone: undefined };
  expect(jsonText(value)).toBe(JSON.stringify(value));
});

test('bigints are their digits, maps their pairs, sets their members, bytes base64', () => {
  expect(jsonText({ n: 12n })).toBe('{"n":"12"}');
  expect(jsonText(12n)).toBe('"12"');
  expect(jsonText({ deep: [new Map([['a', 1n]])] })).toBe('{"deep":[[["a","1"]]]}');
  expect(jsonText(new Set([1, 2]))).toBe('[1,2]');
  expect(jsonText({ bytes: new Uint8Array([1, 2, 255]), buffer: Buffer.from([1, 2, 255]) })).toBe('{"bytes":"AQL/","buffer":"AQL/"}');
});

test('what JSON has no word for at all is null', () => {
  expect(jsonText([NaN, Infinity, undefined])).toBe('[null,null,null]');
  expect(jsonText(undefined)).toBe('null');
});
