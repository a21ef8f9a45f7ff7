import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SseData } from './sse-data.ts';

const read = (pieces: readonly string[]): readonly string[] => {
  const reader = new SseData();
  return pieces.flatMap((piece) => reader.push(piece));
};

test('data is what stands behind the field, over as many lines as it has; comments and other fields are none', () => {
  expect(read([': still here\n\nevent: x\ndata: {"a":1}\n\ndata:b\ndata: c\n\ndata: not ended\n'])).toEqual(['{"a":1}', 'b\nc']);
});

test('wherever the text is cut, and however its lines end, the events are the same', () => {
  fc.assert(fc.property(fc.constantFrom('\n', '\r\n', '\r'), fc.array(fc.nat(60), { maxLength: 8 }), (end, cuts) => {
    const text = `data: one${end}${end}: ping${end}${end}data: two${end}data: three${end}${end}data: [DONE]${end}${end}`;
    const places = [0, ...cuts.filter((cut) => cut <= text.length).sort((a, b) => a - b), text.length];
    const pieces = places.slice(1).map((to, at) => text.slice(places[at], to));
    // Of a lone CR at the very end nobody knows yet whether it is a whole end of a line.
    expect(read([...pieces, ':\n'])).toEqual(['one', 'two\nthree', '[DONE]']);
  }));
});
