import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StopText } from './stop-text.ts';

test('what may be the beginning of a stop waits, and goes on when it is none', () => {
  const stop = new StopText(['\nUser:']);
  expect(['a\nUs', 'ed', '\n', 'User', ':', 'x'].map((piece) => stop.push(piece))).toEqual(['a', '\nUsed', '', '', '', '']);
  expect([stop.found, stop.end()]).toEqual([true, '']);
});

test('property: in whatever pieces a text comes, it goes on up to the first stop', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 20 });
  const stops = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 }), { maxLength: 3 });
  fc.assert(fc.property(fc.array(text, { maxLength: 6 }), stops, (pieces, words) => {
    const stop = new StopText(words);
    const passed = pieces.map((piece) => stop.push(piece)).join('') + stop.end();
    const all = pieces.join('');
    if (!words.some((word) => all.includes(word))) expect([stop.found, passed]).toEqual([false, all]);
    else expect([stop.found, all.startsWith(passed), words.some((word) => all.startsWith(word, passed.length))]).toEqual([true, true, true]);
  }));
});
