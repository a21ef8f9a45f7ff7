import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvFields } from './csv-fields.ts';

test('fields stand between commas, and may be empty', () => {
  expect(csvFields('a,,c,')).toEqual(['a', '', 'c', '']);
  expect(csvFields('a')).toEqual(['a']);
});

test('quotes keep commas, line breaks and doubled quotes', () => {
  expect(csvFields('"a,b","c\nd","say ""hi""",""')).toEqual(['a,b', 'c\nd', 'say "hi"', '']);
});

test('what is wrong with quotes is said, with the field', () => {
  expect(() => csvFields('a,b"c')).toThrow('field 2 has a quote and is not in quotes');
  expect(() => csvFields('"a"b,c')).toThrow('field 1 goes on behind its closing quote');
  expect(() => csvFields('a,"b')).toThrow('field 2 has no closing quote');
});

test('a carriage return belongs into quotes: outside, it is a line end of another kind', () => {
  expect(csvFields('a,"b\rc"')).toEqual(['a', 'b\rc']);
  for (const record of ['id\ra', 'id,x\r"b"', '"a",b\rc']) expect(() => csvFields(record)).toThrow('has a carriage return and is not in quotes; lines have to end with LF or CRLF');
});

test('csv-parse finds the same fields, or the same records wrong', () => {
  const options = { relax_column_count: true, record_delimiter: '\0' };
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', 'ü', '""', '","'), minLength: 1 }), (record) => {
      let expected: unknown;
      try {
        expected = (parse(record, options) as unknown[])[0];
      } catch {
        expect(() => csvFields(record)).toThrow(/^field \d+ (has|goes on)/);
        return;
      }
      expect(csvFields(record)).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});
