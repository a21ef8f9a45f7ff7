import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SseReader, sseEvent, type SseEvent } from './sse.ts';

const bytesMax = 1_000;

function readAt(text: string, cuts: readonly number[]): SseEvent[] {
  const bytes = Buffer.from(text);
  const reader = new SseReader(bytesMax);
  const places = [0, ...cuts, bytes.length];
  return places.slice(1).flatMap((to, index) => reader.push(bytes.subarray(places[index], to)));
}

const payloads = (events: readonly SseEvent[]) => events.map(({ data }) => data?.toString());
const whole = (events: readonly SseEvent[]) => events.map(({ bytes }) => bytes.toString()).join('');

const stream = [
  'data: {"a":"é"}\n\n',
  ': keep-alive\n\n',
  'event: x\r\ndata: two\r\ndata:lines\r\n\r\n',
  'data: cr\n\r',
  'id: 7\ndata\n\n',
  'data: [DONE]\n\n',
].join('');
const expected = ['{"a":"é"}', undefined, 'two\nlines', 'cr', undefined, '[DONE]'];

test('events come out whole, whatever byte the stream is cut at', () => {
  for (let cut = 0; cut <= Buffer.byteLength(stream); cut++) {
    const events = readAt(stream, [cut]);
    expect(payloads(events), `cut at ${cut}`).toEqual(expected);
    expect(whole(events)).toBe(stream);
  }
});

test('events come out whole when the bytes come one by one', () => {
  const events = readAt(stream, Array.from({ length: Buffer.byteLength(stream) - 1 }, (_, index) => index + 1));
  expect(payloads(events)).toEqual(expected);
  expect(whole(events)).toBe(stream);
});

test('property: any payloads, any line ends, any cuts', () => {
  const lineEnd = fc.constantFrom('\n', '\r\n');
  const event = fc.record({ payload: fc.stringMatching(/^[^\r\n]{0,20}$/), end: lineEnd });
  const cuts = fc.array(fc.nat(), { maxLength: 10 });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 8 }), cuts, (events, anywhere) => {
      const text = events.map(({ payload, end }) => `data: ${payload}${end}${end}`).join('');
      const length = Buffer.byteLength(text);
      const places = anywhere.map((place) => place % (length + 1)).toSorted((a, b) => a - b);
      expect(payloads(readAt(text, places))).toEqual(events.map(({ payload }) => payload));
    }),
  );
});

test('a half event is kept back, and an event without end is refused before it fills the memory', () => {
  const reader = new SseReader(bytesMax);
  expect(reader.push(Buffer.from('data: half'))).toEqual([]);
  expect(() => reader.push(Buffer.alloc(bytesMax, 'x'))).toThrow(`more than ${bytesMax} bytes`);
  expect(new SseReader(bytesMax).push(Buffer.alloc(bytesMax, 'x'))).toEqual([]);
});

test('a payload that came in several lines goes out in one', () => {
  expect(sseEvent(Buffer.from('{"a":\n1}')).toString()).toBe('data: {"a": 1}\n\n');
});
