import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countWords, seededWords } from './words.ts';

const everySpace = '\t\n\v\f\r \u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\u{feff}';

test('property: words are what stands between white space', () => {
  const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...everySpace), fc.constantFrom('a', '\u{200b}', '\u{180e}', '\u{0}', '\u{1f}'));
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    const text = pieces.join('');
    expect(countWords(text)).toBe(text.match(/\S+/gu)?.length ?? 0);
  }));
});

test('property: so many words are so many words, the same for the same seed', () => {
  fc.assert(fc.property(fc.nat(2_000), fc.integer(), (count, seed) => {
    const words = seededWords(count, seed);
    expect(countWords(words.join(' '))).toBe(count);
    expect(seededWords(count, seed)).toEqual(words);
  }));
});

test('another seed says something else', () => {
  expect(seededWords(20, 1)).not.toEqual(seededWords(20, 2));
});
