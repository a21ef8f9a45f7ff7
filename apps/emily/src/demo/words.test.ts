import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countWords } from '../fleet/words.ts';
import { words, wordsMax } from './words.ts';

test('a text has exactly as many words, as the simulated replica counts them, as were asked for, and needs no escaping in JSON', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 130_000 }), (count) => {
    const text = words(count);
    expect(countWords(text)).toBe(count);
    expect(JSON.stringify(text)).toHaveLength(text.length + 2);
  }), { numRuns: 50 });
});

test('no words are an empty text, one word is one', () => {
  expect(words(0)).toBe('');
  expect(words(1)).toMatch(/^[a-z]{2}$/);
});

test('the longest text is made, one word more is refused', () => {
  expect(words(wordsMax)).toHaveLength(wordsMax * 3 - 1);
  expect(() => words(wordsMax + 1)).toThrow(`${wordsMax + 1} words, expected 0 to ${wordsMax}`);
  expect(() => words(-1)).toThrow('expected 0');
  expect(() => words(1.5)).toThrow('expected 0');
});
