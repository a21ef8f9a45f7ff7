import { expect, test } from 'vitest';
import { rfc3339Ms } from './rfc3339.ts';

test.each([
  ['2023-11-16T18:15:46Z', '2023-11-16T18:15:46.000Z'],
  ['2023-11-16t18:15:46.68z', '2023-11-16T18:15:46.680Z'],
  ['2023-11-16T18:15:46.6805900+01:00', '2023-11-16T17:15:46.680Z'],
  ['2024-02-29T23:59:59-00:30', '2024-03-01T00:29:59.000Z'],
  ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
])('%s is %s', (text, at) => {
  expect(rfc3339Ms(text)).toBe(Date.parse(at));
});

test.each([
  ['no zone: it would be that of the server', '2023-11-16T18:15:46'],
  ['a day that February has not', '2023-02-29T10:00:00Z'],
  ['a 30th of February', '2024-02-30T10:00:00Z'],
  ['a 13th month', '2024-13-01T10:00:00Z'],
  ['a leap second', '2016-12-31T23:59:60Z'],
  ['a time before 1970', '1969-12-31T23:59:59Z'],
  ['a date alone', '2023-11-16'],
  ['another way to write dates', 'Thu, 16 Nov 2023 18:15:46 GMT'],
  ['something behind it', '2023-11-16T18:15:46Z '],
  ['a number', 1_700_158_546_000],
  ['nothing', undefined],
])('%s is none', (_what, text) => {
  expect(rfc3339Ms(text)).toBeUndefined();
});
