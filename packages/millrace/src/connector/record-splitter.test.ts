import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Ending, type Place, RecordSplitter } from './record-splitter.ts';

interface Found {
  readonly text: string;
  readonly first: number;
  readonly byte: number;
  readonly line: number;
  readonly flaw: string | undefined;
}

/** Splits chunks, whose memory is overwritten as soon as the splitter is done with it. */
function split(chunks: readonly Uint8Array[], ending: Ending = 'line', bytesMax?: number, place?: Place): Found[] {
  const splitter = new RecordSplitter(ending, place, bytesMax);
  const found: Found[] = [];
  const add = (text: string | undefined): boolean => {
    const { first, byte, line, flaw } = splitter;
    if (text !== undefined) found.push({ text, first, byte, line, flaw });
    return text !== undefined;
  };
  for (const chunk of chunks) {
    const reused = Uint8Array.from(chunk);
    splitter.feed(reused);
    while (add(splitter.next()));
    reused.fill(0);
  }
  add(splitter.end());
  return found;
}

function texts(content: string, ending: Ending = 'line'): string[] {
  return split([Buffer.from(content)], ending).map(({ text }) => text);
}

/** The bytes cut at random places. */
function cuts(content: fc.Arbitrary<string>): fc.Arbitrary<readonly Uint8Array[]> {
  return fc.tuple(content, fc.array(fc.nat(60))).map(([text, places]) => {
    const bytes = Buffer.from(text);
    const sorted = [0, ...places.filter((place) => place <= bytes.length).sort((a, b) => a - b), bytes.length];
    return sorted.slice(1).map((to, i) => bytes.subarray(sorted[i], to));
  });
}

test('lines end with LF or CRLF, the last one also without', () => {
  expect(texts('a\nb\r\nc')).toEqual(['a', 'b', 'c']);
  expect(texts('a\n')).toEqual(['a']);
  expect(texts('')).toEqual([]);
});

test('empty lines are passed over, and counted', () => {
  const found = split([Buffer.from('\n\r\na\n\n\nb\n')]);
  expect(found.map(({ text, first, line }) => [text, first, line])).toEqual([['a', 3, 3], ['b', 6, 6]]);
});

test('a carriage return inside a line is part of it', () => {
  expect(texts('a\rb\r\r\n')).toEqual(['a\rb\r']);
});

test('a byte order mark at the start is no text, later it is', () => {
  expect(texts('\uFEFFa\n\uFEFFb')).toEqual(['a', '\uFEFFb']);
  expect(texts('\uFEFF"a\nb"\nc', 'csv')).toEqual(['"a\nb"', 'c']);
});

test('a line that is not UTF-8 is flawed, one that holds the replacement character itself is not', () => {
  const bytes = Buffer.concat([Buffer.from('a\uFFFD\n'), Buffer.from([0x61, 0xff, 10]), Buffer.from('b')]);
  expect(split([bytes]).map(({ flaw }) => flaw)).toEqual([undefined, 'not-utf8', undefined]);
});

test('a line of as many bytes as allowed is a line, one more is too many: its head is shown, and what follows is read', () => {
  const found = split(['12345678\n', '123', '456789\nab', 'c'].map((part) => Buffer.from(part)), 'line', 8);
  expect(found.map(({ text, flaw }) => [text, flaw])).toEqual([['12345678', undefined], ['12345678', 'too-large'], ['abc', undefined]]);
  expect(found.at(-1)).toMatchObject({ first: 3, byte: 22 });
});

test('of a line that is far too long no more is kept than its head', () => {
  const splitter = new RecordSplitter('line', undefined, 100_000);
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 1_000; i += 1) {
    splitter.feed(chunk);
    expect(splitter.next()).toBeUndefined();
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
  expect(splitter.end()?.length).toBe(4096);
  expect(splitter).toMatchObject({ flaw: 'too-large', byte: 64 * 1024 * 1_000 });
});

test('in CSV a line feed inside quotes ends nothing, and counts as a line', () => {
  const found = split([Buffer.from('a,"b\n""c""\n",d\ne\n')], 'csv');
  expect(found.map(({ text, first, line }) => [text, first, line])).toEqual([['a,"b\n""c""\n",d', 1, 3], ['e', 4, 4]]);
});

test('in CSV a quote in the middle of a field opens nothing, so its damage ends with the line', () => {
  expect(texts('5" pipe,1\n"x"y,2\n"z",3\n', 'csv')).toEqual(['5" pipe,1', '"x"y,2', '"z",3']);
});

test('wherever chunks are cut, the records are the same', () => {
  const csvish = fc.string({ unit: fc.constantFrom('a', 'ü', '"', ',', '\n', '\r\n', '\uFEFF', '🙂') });
  fc.assert(
    fc.property(cuts(csvish), fc.constantFrom<Ending>('line', 'csv'), fc.constantFrom(3, 1_000), (chunks, ending, bytesMax) => {
      expect(split(chunks, ending, bytesMax)).toEqual(split([Buffer.concat(chunks)], ending, bytesMax));
    }),
    { numRuns: 1_000 },
  );
});

test('read on from behind any record, the rest is the same', () => {
  const csvish = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', 'ü') });
  fc.assert(
    fc.property(csvish, fc.constantFrom<Ending>('line', 'csv'), (content, ending) => {
      const bytes = Buffer.from(content);
      const whole = split([bytes], ending);
      whole.forEach((place, i) => {
        expect(split([bytes.subarray(place.byte)], ending, undefined, place)).toEqual(whole.slice(i + 1));
      });
    }),
    { numRuns: 1_000 },
  );
});
