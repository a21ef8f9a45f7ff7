import { strict as assert } from 'node:assert';

/** The longest text that is made, in words: more than any model's context. */
export const wordsMax = 2_000_000;

/** Every word has two letters, so a text of n words is a slice of one long text: no copy, no counting. */
const vocabulary =
  'so we go on to it as is or be at my do up in by he an no if us of me am ' +
  'ox ax hi oh ah ha lo ow ye ad ma pa re la ti mi fa em en ex id ho ';
const charactersPerWord = 3;

let text = vocabulary;

/** A text of exactly `count` words separated by single spaces; it needs no escaping in JSON. */
export function words(count: number): string {
  assert(Number.isSafeInteger(count) && count >= 0 && count <= wordsMax, `${count} words, expected 0 to ${wordsMax}`);
  while (text.length < count * charactersPerWord) text += text;
  return text.slice(0, Math.max(0, count * charactersPerWord - 1));
}
