import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idOfKey, newApiKey } from './api-key.ts';
import { base62 } from './base62.ts';

test('a key names its id, and looks like a key', () => {
  const { id, text, digest } = newApiKey();
  expect(text).toMatch(/^em_[0-9A-Za-z]{11}_[0-9A-Za-z]{49}$/);
  expect(idOfKey(text)).toBe(id);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(text).not.toContain(digest);
});

test('no two keys are the same', () => {
  const texts = Array.from({ length: 1_000 }, () => newApiKey().text);
  expect(new Set(texts).size).toBe(1_000);
});

test('property: any one letter changed, left out or doubled is found out', () => {
  const { text } = newApiKey();
  fc.assert(fc.property(fc.nat(text.length - 1), fc.constantFrom(...'09AZaz'), (place, letter) => {
    const changed = text.slice(0, place) + letter + text.slice(place + 1);
    if (changed !== text) expect(idOfKey(changed)).toBeUndefined();
    expect(idOfKey(text.slice(0, place) + text.slice(place + 1))).toBeUndefined();
    expect(idOfKey(text.slice(0, place) + text[place] + text.slice(place))).toBeUndefined();
  }));
});

test('property: base 62 of any bytes keeps its length and its value', () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
    const text = base62(bytes, 43);
    expect(text).toHaveLength(43);
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    const value = [...text].reduce((sum, digit) => sum * 62n + BigInt(digits.indexOf(digit)), 0n);
    expect(value.toString(16).padStart(64, '0')).toBe(Buffer.from(bytes).toString('hex'));
  }));
  expect(base62(Buffer.alloc(32, 0xff), 43)).toHaveLength(43);
  expect(base62(Buffer.alloc(8, 0xff), 11)).toHaveLength(11);
  expect(base62(Buffer.alloc(4, 0xff), 6)).toHaveLength(6);
});
